package provider

// Summaries are fixed sentences: values, causes and next steps stand in the detail.
const (
	summaryInvalidOutputModelID = "Invalid output model ID"
	summaryInvalidResourceName  = "Invalid resource name"
	summaryInvalidResourceID    = "Invalid resource ID"
)
