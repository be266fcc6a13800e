"""What one can do in the gallery.

`albums`, `photographers`, `reading`; `uploading`, `progress`, `seeing`, `packing`; `hiding`, `notices`.
"""
