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
	if id != "mine" || err != nil {
		t.Errorf("account %q, error %v", id, err)
	}

	if n := server.count(); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestAccountID_NumberOfAccounts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		body  string
		id    string
		names []string
		text  string
	}{
		"one":      {body: `{"accounts":[{"name":"accounts/acme","displayName":"ACME","unknown":{}}]}`, id: "acme"},
		"none":     {body: `{}`, names: nil, text: "has access to no account"},
		"an empty": {body: `{"accounts":[]}`, names: nil, text: "has access to no account"},
		"two": {body: `{"accounts":[{"name":"accounts/acme"},{"name":"accounts/other"}],"nextPageToken":"x"}`,
			names: []string{"accounts/acme", "accounts/other"}, text: "several accounts (accounts/acme, " +
				"accounts/other, …)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			id, err := serve(t, respondWith(ok(test.body))).AccountID(t.Context())
			if id != test.id {
				t.Errorf("account %q, want %q", id, test.id)
			}

			if test.id != "" {
				if err != nil {
					t.Error(err)
				}

				return
			}

			var accountError *AccountError
			if !errors.As(err, &accountError) {
				t.Fatalf("error %v (%T), want *AccountError", err, err)
			}

			wantNoDiff(t, "names", test.names, accountError.Names)

			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q, want %q in it", err, test.text)
			}
		})
	}
}

func TestAccountID_Pages(t *testing.T) {
	t.Parallel()

	const acme, other = `{"name":"accounts/acme"}`, `{"name":"accounts/other"}`

	tests := map[string]struct {
		pages    []cannedResponse
		id       string
		names    []string
		requests int
	}{
		"an empty page first": {[]cannedResponse{ok(`{"nextPageToken":"a"}`), ok(`{"accounts":[` + acme + `]}`)},
			"acme", nil, 2},
		"nothing after it": {[]cannedResponse{ok(`{"accounts":[` + acme + `],"nextPageToken":"a"}`), ok(`{}`)},
			"acme", nil, 2},
		"the same again": {
			[]cannedResponse{ok(`{"accounts":[` + acme + `],"next_page_token":"a"}`),
				ok(`{"accounts":[` + acme + `]}`)},
			"acme",
			nil,
			2,
		},
		"another one after it": {
			[]cannedResponse{ok(`{"accounts":[` + acme + `],"nextPageToken":"a"}`), ok(`{"accounts":[` + other + `]}`)},
			"",
			[]string{"accounts/acme", "accounts/other"},
			2,
		},
		"two are enough": {
			[]cannedResponse{ok(`{"accounts":[` + acme + `,` + other + `],"nextPageToken":"a"}`)},
			"",
			[]string{"accounts/acme", "accounts/other"},
			1,
		},
		"nothing on either page": {[]cannedResponse{ok(`{"nextPageToken":"a"}`), ok(`{}`)}, "", nil, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(test.pages...)
			id, err := serve(t, server).AccountID(t.Context())

			var accountError *AccountError
			if id != test.id || errors.As(err, &accountError) != (test.id == "") {
				t.Fatalf("account %q, error %v", id, err)
			}

			if accountError != nil {
				wantNoDiff(t, "names", test.names, accountError.Names)
			}

			if n := server.count(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
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
		server := respondWith(ok(`{"accounts":[{"name":"accounts/acme"}]}`))
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

	server := respondWith(failing(http.StatusForbidden), ok(`{}`), ok(`{"accounts":[{"name":"accounts/acme"}]}`))

	client := serve(t, server)
	if _, err := client.AccountID(t.Context()); StatusOf(err) != http.StatusForbidden {
		t.Errorf("error %v, want a 403", err)
	}

	if _, err := client.AccountID(t.Context()); err == nil {
		t.Error("no error for a key without accounts")
	}

	for range 2 {
		if id, err := client.AccountID(t.Context()); id != "acme" || err != nil {
			t.Errorf("account %q, error %v", id, err)
		}
	}

	if n := server.count(); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

// TestAccountID_RetryAfter waits longer than the time limit of plan checks.
func TestAccountID_RetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := failing(http.StatusTooManyRequests, "Retry-After", "20")
		client, _ := serveInBubble(t, respondWith(limited, limited, ok(`{"accounts":[{"name":"accounts/acme"}]}`)),
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
