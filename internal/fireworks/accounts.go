// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// accountLookupTimeout bounds the request for the account with its retries. It is long because names depend on the
// account: a plan can continue without a check, but not without the account.
const accountLookupTimeout = 2 * time.Minute

// AccountError is returned if an API key does not belong to exactly one account.
type AccountError struct {
	// Names are the accounts of the key: none, or the first two.
	Names []string
}

func (e *AccountError) Error() string {
	if len(e.Names) == 0 {
		return "the API key has access to no account"
	}

	return fmt.Sprintf("the API key has access to several accounts (%s, …)", strings.Join(e.Names, ", "))
}

// AccountID is the account that bare IDs belong to: the configured one, else the only one that the key reaches.
// All callers share one request. It fails with *AccountError if there is not exactly one account.
func (c *Client) AccountID(ctx context.Context) (string, error) {
	if c.accountID != "" {
		return c.accountID, nil
	}

	return c.accounts.Get(ctx, "", time.Time{}, c.lookUpAccountID)
}

type wireAccount struct {
	Name string `json:"name"`
}

func (w wireAccount) resourceName() string { return w.Name }

func (c *Client) lookUpAccountID(ctx context.Context) (string, error) {
	list := listRequest{path: resourcePath("accounts"), pageSize: 2, limit: 2}

	accounts, err := listAll[wireAccount](ctx, c, list)
	if err != nil {
		return "", err
	}

	if len(accounts) != 1 {
		var names []string
		for _, account := range accounts {
			names = append(names, c.redact.text(account.Name))
		}

		return "", &AccountError{Names: names}
	}

	id := strings.TrimPrefix(accounts[0].Name, "accounts/")
	if err := ValidateID("account", id); err != nil {
		return "", &DecodeError{Method: http.MethodGet, Path: list.path, Reason: c.redact.text(err.Error())}
	}

	return id, nil
}

// Confirm requests an account, so that Confirmed reports true if base_url is the URL of the API and the key is valid.
func (c *Client) Confirm(ctx context.Context) error {
	_, err := c.lookUpAccountID(ctx)
	if is[*AccountError](err) {
		return nil
	}

	return err
}
