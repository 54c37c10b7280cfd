// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAccountID_Configured(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{}`))
	client := serve(t, server, func(c *Config) { c.AccountID = "mine" })

	id, err := client.AccountID(t.Context())
	checkEqual(t, "error", err, nil)
	checkEqual(t, "account", id, "mine")
	checkEqual(t, "requests", server.count(), 0)
}

func TestAccountID_Accounts(t *testing.T) {
	t.Parallel()

	const (
		acme, other = `{"name":"accounts/acme"}`, `{"name":"accounts/other"}`
		acmeFirst   = `{"accounts":[` + acme + `],"nextPageToken":"a"}`
		both        = `{"accounts":[` + acme + `,` + other + `],"nextPageToken":"a"}`
		none        = "has access to no account"
		several     = "several accounts (accounts/acme, accounts/other, …)"
	)

	names := []string{"accounts/acme", "accounts/other"}

	tests := map[string]struct {
		pages []string
		id    string
		names []string
		text  string
	}{
		"one": {[]string{`{"accounts":[{"name":"accounts/acme","displayName":"ACME","unknown":{}}]}`},
			"acme", nil, ""},
		"none":                {[]string{`{}`}, "", nil, none},
		"an empty list":       {[]string{`{"accounts":[]}`}, "", nil, none},
		"two are enough":      {[]string{both}, "", names, several},
		"an empty page first": {[]string{`{"nextPageToken":"a"}`, accountReply}, "acme", nil, ""},
		"nothing after it":    {[]string{acmeFirst, `{}`}, "acme", nil, ""},
		"the same again": {
			[]string{strings.ReplaceAll(acmeFirst, "nextPageToken", "next_page_token"), accountReply},
			"acme", nil, "",
		},
		"another one after it":   {[]string{acmeFirst, `{"accounts":[` + other + `]}`}, "", names, several},
		"nothing on either page": {[]string{`{"nextPageToken":"a"}`, `{}`}, "", nil, none},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith()
			for _, page := range test.pages {
				server.replies = append(server.replies, ok(page))
			}

			id, err := serve(t, server).AccountID(t.Context())
			checkEqual(t, "account", id, test.id)
			checkEqual(t, "requests", server.count(), len(test.pages))

			var accountError *AccountError
			if !errors.As(err, &accountError) {
				checkEqual(t, "error", err, nil)
				checkEqual(t, "text", test.text, "")

				return
			}

			wantNoDiff(t, "names", test.names, accountError.Names)
			checkEqual(t, "text "+err.Error(), strings.Contains(err.Error(), test.text) && test.text != "", true)
		})
	}
}

func TestAccountID_InvalidName(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"accounts/", "accounts/a/b", "accounts/..", `accounts/a\nb`} {
		_, err := serve(t, respondWith(ok(`{"accounts":[{"name":"`+name+`"}]}`))).AccountID(t.Context())
		wantDecodeError(t, err, "not a valid account")
	}
}

func TestAccountID_SharedByCallers(t *testing.T) {
	t.Parallel()

	const callers, rounds = 100, 40
	for range rounds {
		server := respondWith(ok(accountReply))
		client := serve(t, server)
		start := make(chan struct{})

		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				<-start

				if id, err := client.AccountID(t.Context()); id != "acme" || err != nil {
					t.Errorf("account %q, error %v", id, err)
				}
			})
		}

		close(start)
		group.Wait()

		if n := server.count(); n != 1 {
			t.Fatalf("%d requests, want 1", n)
		}
	}
}

func TestAccountID_FailureNotCached(t *testing.T) {
	t.Parallel()

	server := respondWith(failing(http.StatusForbidden), ok(`{}`), ok(accountReply))

	client := serve(t, server)
	_, err := client.AccountID(t.Context())
	checkEqual(t, "status", StatusOf(err), http.StatusForbidden)

	if _, err := client.AccountID(t.Context()); err == nil {
		t.Error("no error for a key without accounts")
	}

	for range 2 {
		id, err := client.AccountID(t.Context())
		checkEqual(t, "error", err, nil)
		checkEqual(t, "account", id, "acme")
	}

	checkEqual(t, "requests", server.count(), 3)
}

// The waits exceed the time limit of plan checks, which does not apply to the request for the account.
func TestAccountID_RetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := failing(http.StatusTooManyRequests, "Retry-After", "20")
		client, _ := serveInBubble(t, respondWith(limited, limited, ok(accountReply)),
			withRetries(8))

		start := time.Now()

		id, err := client.AccountID(t.Context())
		if id != "acme" || err != nil {
			t.Errorf("account %q, error %v", id, err)
		}

		if waited := time.Since(start); waited < 40*time.Second || waited > time.Minute {
			t.Errorf("the account was requested for %s, want two waits of 20 seconds", waited)
		}
	})
}

func TestAccountID_LookupTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, hanging(), withRetries(8))

		_, err := client.AccountID(t.Context())
		if err == nil || errors.Is(err, context.DeadlineExceeded) ||
			err.Error() != "GET /v1/accounts: no response within 2m, including retries" {
			t.Errorf("error %v", err)
		}
	})
}
