// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"strings"
)

// Quota is a limit of an account.
type Quota struct {
	// Name is accounts/{account}/quotas/{quota}.
	Name string `json:"name"`
	// Value is the limit in force, MaxValue the highest that users may set themselves.
	Value      Int64     `json:"value"`
	MaxValue   Int64     `json:"maxValue"`
	Usage      Float64   `json:"usage"`
	UpdateTime Timestamp `json:"updateTime"`
}

// ID returns the last segment of the name.
func (q Quota) ID() string { return q.Name[strings.LastIndexByte(q.Name, '/')+1:] }

func (q Quota) resourceName() string { return q.Name }

// ListQuotas returns all quotas of an account.
func (c *Client) ListQuotas(ctx context.Context, accountID string) ([]Quota, error) {
	return listAll[Quota](ctx, c, listRequest{path: resourcePath("accounts", accountID, "quotas")})
}
