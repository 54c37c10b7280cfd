package fireworks

// MaxRetryAfter is replaced by the client branch.
const MaxRetryAfter = maxRetryAfter

// MayHaveSucceeded is replaced by the client branch.
func MayHaveSucceeded(err error) bool { return IsResponseLost(err) }

// Confirmed is replaced by the client branch.
func (c *Client) Confirmed() bool { return true }
