"""Pictures: examined before they are believed, and developed into smaller ones, in processes of their own.

>>> seen = await darkroom.examine(path)                        # what it is, how large, decodable to its end
>>> made = await darkroom.develop(path, folder, [Print("small", 200)])

What people upload may be made to crash a decoder, to hang it, or to eat all memory. So no process that serves anybody
decodes anything: `darkroom` starts *children*, gives them one picture at a time, and holds them to a time and a
memory. What ends a child costs one picture. `child`, `opening`, `examining` and `developing` run only there; nothing
else imports them, and the libraries of images with them.
"""
