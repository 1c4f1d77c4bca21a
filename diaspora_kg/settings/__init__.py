"""The settings of a project, ``dkg.toml``: its keys, and how the file is read."""
