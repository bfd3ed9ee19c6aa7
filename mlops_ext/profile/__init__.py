"""The reference as counts: built at training, compared with live windows, without any tool's help."""
