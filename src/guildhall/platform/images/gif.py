"""Whether a GIF is there to its end; its decoder shows as many frames as it finds, and does not mind."""

HEADER = 13
END = 0x3B
HAS_TABLE, TABLE_SIZE = 0x80, 0x07


def is_whole(data: bytes) -> bool:
    """Whether the last block is there to its last byte. Many programs forget the mark of the end; that is fine."""
    try:
        at = HEADER + _table(data[HEADER - 3])
        while at < len(data) and data[at] != END:
            at = _past(data, at)
    except (IndexError, ValueError):
        return False
    return at <= len(data)


def _past(data: bytes, at: int) -> int:
    """Where the block ends that begins there."""
    match data[at]:
        case 0x21:  # an extension
            at += 2
        case 0x2C:  # a frame
            at += 11 + _table(data[at + 9])
        case _:
            raise ValueError("no block of a GIF")
    while size := data[at]:
        at += 1 + size
    return at + 1


def _table(flags: int) -> int:
    return 3 * 2 ** ((flags & TABLE_SIZE) + 1) if flags & HAS_TABLE else 0
