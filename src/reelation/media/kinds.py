"""What sort of file something is, by its first bytes and its name's ending, and which blocks it can fill."""

from __future__ import annotations

from pathlib import Path

IMAGE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".avif"})
VIDEO_ENDINGS = frozenset(
    {".mp4", ".m4v", ".mkv", ".webm", ".mov", ".avi", ".mpg", ".mpeg", ".ts", ".flv", ".ogv", ".wmv"}
)
AUDIO_ENDINGS = frozenset({".mp3", ".wav", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aiff"})
ENDINGS = IMAGE_ENDINGS | VIDEO_ENDINGS | AUDIO_ENDINGS

_IMAGE_MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")


def modalities(path: Path) -> tuple[str, ...]:
    """What can be read out of a file: ("image",), ("video", "audio") of a clip, ("audio",); () where it is none.

    What the file begins with counts more than its name: a picture that is called .mp4 is a picture.
    """
    try:
        with path.open("rb") as handle:
            head = handle.read(16)
    except OSError:
        head = b""
    riff = head[8:12] if head[:4] == b"RIFF" else b""
    if head.startswith(_IMAGE_MARKS) or riff == b"WEBP" or head[4:12] in (b"ftypavif", b"ftypavis"):
        return ("image",)
    if riff == b"WAVE" or head.startswith((b"fLaC", b"ID3")):
        return ("audio",)
    ending = path.suffix.lower()
    if riff == b"AVI " or head.startswith((b"\x1aE\xdf\xa3", b"FLV\x01")) or ending in VIDEO_ENDINGS:
        return ("video", "audio")
    if ending in AUDIO_ENDINGS:
        return ("audio",)
    return ("image",) if ending in IMAGE_ENDINGS else ()
