"""HTTP itself: what a request may say, who sent it, how an answer is protected and refused."""
