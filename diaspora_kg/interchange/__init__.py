"""Who is who elsewhere: registers of other tools read and written, and ids of other authorities proposed.

FollowTheMoney and Popolo come in as entries of ``register.yaml`` and go out of the published graph. What such
a file claims (memberships, offices, dates of founding) is no description, so it becomes an article whose text
is made of the file's own records. Nothing is accepted by itself: a person pastes or names what is taken.
"""
