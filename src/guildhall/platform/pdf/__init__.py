"""PDFs that strangers sent: whether they are safe to pass on, how many pages they have, and what they say.

>>> from guildhall.platform.pdf import checking
>>> contents = await checking.checked(path)         # raises one of `errors`

Libraries that read PDFs may loop, eat memory and crash, so each document is read in a process of its own with limits
(`child`), without our settings in its environment. What it looks for is in `inspecting`, what a document says in
`reading`; decision 0038 tells what is refused and why.
"""
