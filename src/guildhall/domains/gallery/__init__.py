"""The gallery: albums of pictures, by year; members look, photographers and keepers (`manage:Gallery`) fill them.

An album's *photographers* add pictures to it, see what is hidden in it, and get the originals as they came from the
camera; everybody else gets them cleaned. A picture credits a photographer: who uploaded it, unless another is named.
The same bytes are in an album once.

A member's *wish* hides a picture at once, until a keeper decides; a picture that was decided to be shown is not hidden
by the same member again. A hidden picture is not there, for others than the photographers of its album and keepers.
On their account members say whether they may be photographed; photographers see who has said no.

Wire quirks: an image's id is that of its place in an album. An album is known in its year by the Swedish title without
anything but A-Z, a-z, 0-9 and `_`; renaming changes that too. A *year* is a shelf that is there since its first album:
deleting it is refused while an album stands on it (409, never are albums deleted with it), and 404 when there was none.
"""
