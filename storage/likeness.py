"""How alike two texts are, and the bands under which alike texts are found again. Pure functions over characters.

MinHash: the least of the hashes of all bigrams is the same in two texts with the probability s, their similarity.
A band joins five such hashes. Some of 25 bands is the same with a probability of .98 at s = .68, of .000008 at s = .05.
Bands are stored: a change of a constant here needs a migration that has all articles compared anew.
"""

from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.6  # .66 and more where a tenth of the characters was edited; less where only sentences are common

_BANDS, _HASHES = 25, 5
_BLOCK = 1024  # bigrams hashed at a time: half a megabyte


def _odd(name: str, number: int, kind: str) -> NDArray[np.unsignedinteger]:
    """Factors that are the same on every machine and in every version of numpy."""
    drawn: NDArray[np.unsignedinteger] = np.frombuffer(
        shake_256(name.encode()).digest(number * np.dtype(kind).itemsize), kind
    )
    return drawn | drawn.dtype.type(1)


_BIGRAM = _odd("bigram", 1, "<u8")
_HASH = _odd("hash", _BANDS * _HASHES, "<u4")
_BAND = _odd("band", _BANDS * _HASHES, "<u8").reshape(_BANDS, _HASHES)
_HALF = np.uint64(32)


def bands(text: str) -> list[int]:
    """25 signed 32-bit numbers. The text has two characters or more."""
    hashed = (_bigrams(text) * _BIGRAM >> _HALF).astype("<u4")
    least = np.full(_HASH.shape, 2**32 - 1, "<u4")
    for start in range(0, len(hashed), _BLOCK):
        np.minimum(least, (hashed[start : start + _BLOCK, None] * _HASH).min(axis=0), out=least)
    joined = (least.astype("<u8").reshape(_BAND.shape) * _BAND).sum(axis=1, dtype="<u8") >> _HALF
    return [int(band) for band in joined.astype("<u4").view("<i4").tolist()]


def similarity(a: str, b: str) -> float:
    """Jaccard similarity of the sets of character bigrams, 0 to 1."""
    if a == b:
        return 1.0
    of_a, of_b = np.unique(_bigrams(a)), np.unique(_bigrams(b))
    common = len(np.intersect1d(of_a, of_b, assume_unique=True))
    return common / max(len(of_a) + len(of_b) - common, 1)


def _bigrams(text: str) -> NDArray[np.uint64]:
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype("<u8")
    bigrams: NDArray[np.uint64] = codes[:-1] << _HALF | codes[1:]
    return bigrams
