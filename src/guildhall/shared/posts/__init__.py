"""Posts: positions that people are elected to, and the permissions and doors that come with them.

A *post* belongs to a council and is *held* by users. A *permission* is an action on a target (`manage:Car`); posts
carry permissions, and a user holds those of all their posts. Permissions are one ladder, `view` < `manage` <
`super`: who holds a higher step passes every lower one. The targets are the fixed vocabulary below.

Rules: nobody puts a permission on a post that they do not hold themselves, unless they hold `super:Permission`. A
post that carries a `super` step is given and taken only by holders of `super:UserPost` or `super:Permission`.
Nothing may leave the guild without an active, verified holder of `super:Permission`: a trigger in the database
sees to that, whoever asks.

Wire quirks: `doors` in an update replaces the whole list of doors; deleting a permission takes a JSON body.
"""
