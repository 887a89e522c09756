"""Everything that touches the world: sources, fetching, running, the dataset on disk, reports, the command."""

import cleaners

if "clean_page" not in getattr(cleaners, "__all__", ()):  # a folder or module of that name is before ours on the path
    _place = getattr(cleaners, "__file__", None) or next(iter(cleaners.__path__))
    raise ImportError(
        f"{_place} shadows the package `cleaners` that comes with qingwen: rename it, start Python in another folder, "
        "or with -P (which leaves the working folder off the path)"
    )
