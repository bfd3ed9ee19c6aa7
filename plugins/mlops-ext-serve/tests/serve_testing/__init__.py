"""What the tests of the service share: a registry on disk, a service in its own process, and load."""
