"""Values: tensors, variables, their shapes, and how Python values become them."""
