"""One page that answers whether all is well: records and places, as HTML that asks nothing of the network."""
