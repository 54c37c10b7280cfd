package fireworks

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// AccountError says why the account of a key could not be told although the API answered.
type AccountError struct {
	// Names are the accounts that the key reaches, none or several; the API was asked for two at most.
	Names []string
}

func (e *AccountError) Error() string {
	if len(e.Names) == 0 {
		return "the API key belongs to no account"
	}

	return fmt.Sprintf("the API key reaches several accounts (%s, …)", strings.Join(e.Names, ", "))
}

// AccountID is the account that bare IDs belong to: the configured one, else the only one that the key reaches.
// The API is asked at most once for all callers together. It fails with *AccountError when there is none or more than one.
func (c *Client) AccountID(ctx context.Context) (string, error) {
	if c.accountID != "" {
		return c.accountID, nil
	}

	return c.accounts.Get(ctx, "", time.Time{}, c.lookUpAccountID)
}

func (c *Client) lookUpAccountID(ctx context.Context) (string, error) {
	var names, shown []string

	path := resourcePath("accounts")

	err := c.walkPages(path, nil, 2, func(query url.Values) (nextPage, error) {
		var page struct {
			nextPage
			Accounts []struct {
				Name string `json:"name"`
			} `json:"accounts"`
		}
		if err := c.do(ctx, request{method: http.MethodGet, path: path, query: query}, &page); err != nil {
			return nextPage{}, err
		}

		page.rows = len(page.Accounts)
		for _, account := range page.Accounts {
			if !slices.Contains(names, account.Name) {
				names, shown = append(names, account.Name), append(shown, c.redact.text(account.Name))
			}
		}

		if len(names) > 1 {
			return nextPage{}, nil
		}

		return page.nextPage, nil
	})
	if err != nil {
		return "", err
	}

	if len(names) != 1 {
		return "", &AccountError{Names: shown}
	}

	id := strings.TrimPrefix(names[0], "accounts/")
	if err := ValidateID("account", id); err != nil {
		return "", &DecodeError{Method: http.MethodGet, Path: path, Reason: c.redact.text(err.Error())}
	}

	return id, nil
}
