"""The recall that near-duplicates must reach, and that no unrelated stories are linked, at a small size."""

from tests.conftest import Shell


def test_what_is_nearly_the_same_is_linked_and_nothing_else(shell: Shell) -> None:
    done = shell.run("python", "-m", "benchmarks.families", "--texts", "300", "--stored", "1000")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "44850 pairs, 0 linked" in done.stdout and "lookup p50" in done.stdout
