"""Pictures: taken in, checked, shown in every size. Albums, users, posts, events and news each own some.

A *picture* is what somebody uploaded: its *original* is kept as it came, with everything a camera writes into it.
What others see are *renditions* without any of that: small, medium and large, as WebP and as JPEG, and the original
once more, cleaned. They are made by a job, or when somebody asks before it has run, and kept for good.

Its owner refers to it, says who may see it, and calls `remove` when it is done with it.
"""
