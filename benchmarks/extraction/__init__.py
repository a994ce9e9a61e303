"""Our article parser beside its peers on real pages: what each of them reads, and how long it takes."""
