package fireworks

import (
	"context"
	"strings"
)

// Quota is a limit of an account.
type Quota struct {
	// Name is accounts/{account}/quotas/{quota}.
	Name string
	// Value is the limit in force, MaxValue the highest that users may set themselves.
	Value      int64
	MaxValue   int64
	Usage      float64
	UpdateTime Timestamp
}

// ID returns the last segment of the name.
func (q Quota) ID() string { return q.Name[strings.LastIndexByte(q.Name, '/')+1:] }

type wireQuota struct {
	Name       string    `json:"name"`
	Value      jsonInt64 `json:"value"`
	MaxValue   jsonInt64 `json:"maxValue"`
	Usage      float64   `json:"usage"`
	UpdateTime Timestamp `json:"updateTime"`
}

func (w wireQuota) resourceName() string { return w.Name }

type quotaPage struct {
	nextPage
	Quotas []wireQuota `json:"quotas"`
}

func (p *quotaPage) rows() []wireQuota { return p.Quotas }

// ListQuotas returns all quotas of an account.
func (c *Client) ListQuotas(ctx context.Context, accountID string) ([]Quota, error) {
	list := listRequest{path: resourcePath("accounts", accountID, "quotas")}

	rows, err := listAll(ctx, c, list, func() page[wireQuota] { return &quotaPage{} })
	if err != nil {
		return nil, err
	}

	quotas := make([]Quota, len(rows))
	for i, row := range rows {
		quotas[i] = Quota{
			Name:       row.Name,
			Value:      int64(row.Value),
			MaxValue:   int64(row.MaxValue),
			Usage:      row.Usage,
			UpdateTime: row.UpdateTime,
		}
	}

	return quotas, nil
}
