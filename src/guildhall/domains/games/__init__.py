"""Games of the app: the moose game.

A member plays under a name of their own choosing (`moose_game_name`, in their profile) and has a best *score*. Scores
come with a secret that the app was built with, so that it is the app who says what was scored. Who is *banned* has the
score -1 and plays no more.

Wire quirks: the score stands in the path; the list is ascending, and the app turns it around.
"""
