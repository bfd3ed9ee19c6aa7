"""The contract between host and plugins: hooks, and the types that cross them.

Types are frozen and strict, with a JSON form. Within `CONTRACT` hooks only gain others, and types
only gain keyword fields with defaults.
"""
