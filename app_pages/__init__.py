"""The pages of the app: widgets make a question, the flow answers it, the page draws the answer."""
