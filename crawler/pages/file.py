"""What a picture's or attachment's bytes are: they decide its ending, never its address, nor the server's word."""

from storage.records import FileType, Problem

_OFFICE = "application/vnd.openxmlformats-officedocument"
# By what the bytes begin with.
_MAGIC = (
    (b"\xff\xd8\xff", FileType("jpg", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", FileType("png", "image/png")),
    (b"GIF87a", FileType("gif", "image/gif")),
    (b"GIF89a", FileType("gif", "image/gif")),
    (b"BM", FileType("bmp", "image/bmp")),
    (b"II*\0", FileType("tif", "image/tiff")),
    (b"MM\0*", FileType("tif", "image/tiff")),
    (b"%PDF-", FileType("pdf", "application/pdf")),
    (b"Rar!\x1a\x07", FileType("rar", "application/vnd.rar")),
    (b"7z\xbc\xaf\x27\x1c", FileType("7z", "application/x-7z-compressed")),
    (b"\x1f\x8b\x08", FileType("gz", "application/gzip")),
    (b"ID3", FileType("mp3", "audio/mpeg")),
    (b"FLV\x01", FileType("flv", "video/x-flv")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileType("wmv", "video/x-ms-wmv")),
)
# Containers, by a name of a part. A zip's names are plain, those of Word's, Excel's and PowerPoint's old form UTF-16.
_ZIP = (
    (b"word/", FileType("docx", f"{_OFFICE}.wordprocessingml.document")),
    (b"xl/", FileType("xlsx", f"{_OFFICE}.spreadsheetml.sheet")),
    (b"ppt/", FileType("pptx", f"{_OFFICE}.presentationml.presentation")),
    (b"OFD.xml", FileType("ofd", "application/ofd")),
    (b"", FileType("zip", "application/zip")),
)
_OLE = (
    ("WordDocument".encode("utf-16-le"), FileType("doc", "application/msword")),
    ("Workbook".encode("utf-16-le"), FileType("xls", "application/vnd.ms-excel")),
    ("PowerPoint Document".encode("utf-16-le"), FileType("ppt", "application/vnd.ms-powerpoint")),
    (b"", FileType("ole", "application/x-ole-storage")),
)
_RIFF = (
    (b"WEBP", FileType("webp", "image/webp")),
    (b"AVI ", FileType("avi", "video/x-msvideo")),
    (b"WAVE", FileType("wav", "audio/wav")),
)
_TEXT = FileType("txt", "text/plain")
_UNKNOWN = FileType("bin", "application/octet-stream")
_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<meta", b"<title", b"<div")


def file_type(body: bytes, content_type: str) -> FileType | Problem:
    """`content_type`: the header's; it tells text files from bytes that nobody knows. A Problem for what a server sends
    in a file's place."""
    if not body:
        return Problem("not-a-file", "the answer is empty")
    for magic, known in _MAGIC:
        if body.startswith(magic):
            return known
    if body.startswith(b"PK\x03\x04"):
        return next(known for part, known in _ZIP if part in body)
    if body.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next(known for part, known in _OLE if part in body)
    if body.startswith(b"RIFF"):
        return next((known for part, known in _RIFF if body[8:12] == part), _UNKNOWN)
    if body[4:8] == b"ftyp":
        return FileType("mp4", "video/mp4")
    said = content_type.partition(";")[0].strip().lower()
    start = body[:1024].lower()
    if said in ("text/html", "application/xhtml+xml") or any(tag in start for tag in _PAGE):
        return Problem("not-a-file", "a web page stands in its place")
    if said == "application/json":
        return Problem("not-a-file", "a message of the server stands in its place")
    return _TEXT if said.startswith("text/") and b"\0" not in body else _UNKNOWN
