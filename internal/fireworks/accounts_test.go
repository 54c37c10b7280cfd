package fireworks

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

func TestAccountIDIsTheConfiguredOneWithoutARequest(t *testing.T) {
	t.Parallel()

	server := answers(ok(`{}`))
	client := serve(t, server, func(c *Config) { c.AccountID = "mine" })

	id, err := client.AccountID(t.Context())
	if id != "mine" || err != nil {
		t.Errorf("account %q, error %v", id, err)
	}

	if n := server.count(); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestAccountOfAKey(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		answer string
		id     string
		names  []string
		text   string
	}{
		"one":      {answer: `{"accounts":[{"name":"accounts/acme","displayName":"ACME","unknown":{}}]}`, id: "acme"},
		"none":     {answer: `{}`, names: nil, text: "has access to no account"},
		"an empty": {answer: `{"accounts":[]}`, names: nil, text: "has access to no account"},
		"two": {answer: `{"accounts":[{"name":"accounts/acme"},{"name":"accounts/other"}],"nextPageToken":"x"}`,
			names: []string{"accounts/acme", "accounts/other"}, text: "several accounts (accounts/acme, accounts/other, …)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			id, err := serve(t, answers(ok(test.answer))).AccountID(t.Context())
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
				t.Errorf("error %q, want one that says %q", err, test.text)
			}
		})
	}
}

func TestTheAccountsPagesAreReadUntilTheAnswerIsClear(t *testing.T) {
	t.Parallel()

	const acme, other = `{"name":"accounts/acme"}`, `{"name":"accounts/other"}`

	tests := map[string]struct {
		pages []reply
		id    string
		names []string
		asked int
	}{
		"an empty page first": {[]reply{ok(`{"nextPageToken":"a"}`), ok(`{"accounts":[` + acme + `]}`)}, "acme", nil, 2},
		"nothing after it":    {[]reply{ok(`{"accounts":[` + acme + `],"nextPageToken":"a"}`), ok(`{}`)}, "acme", nil, 2},
		"the same again": {
			[]reply{ok(`{"accounts":[` + acme + `],"next_page_token":"a"}`), ok(`{"accounts":[` + acme + `]}`)},
			"acme",
			nil,
			2,
		},
		"another one after it": {
			[]reply{ok(`{"accounts":[` + acme + `],"nextPageToken":"a"}`), ok(`{"accounts":[` + other + `]}`)},
			"",
			[]string{"accounts/acme", "accounts/other"},
			2,
		},
		"two are enough": {
			[]reply{ok(`{"accounts":[` + acme + `,` + other + `],"nextPageToken":"a"}`)},
			"",
			[]string{"accounts/acme", "accounts/other"},
			1,
		},
		"nothing on either page": {[]reply{ok(`{"nextPageToken":"a"}`), ok(`{}`)}, "", nil, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := answers(test.pages...)
			id, err := serve(t, server).AccountID(t.Context())

			var accountError *AccountError
			if id != test.id || errors.As(err, &accountError) != (test.id == "") {
				t.Fatalf("account %q, error %v", id, err)
			}

			if accountError != nil {
				wantNoDiff(t, "names", test.names, accountError.Names)
			}

			if n := server.count(); n != test.asked {
				t.Errorf("%d requests, want %d", n, test.asked)
			}
		})
	}
}

func TestAccountNameThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"", "accounts/", "accounts/a/b", "accounts/..", `accounts/a\nb`} {
		_, err := serve(t, answers(ok(`{"accounts":[{"name":"`+name+`"}]}`))).AccountID(t.Context())
		wantDecodeError(t, err, "not a valid account")
	}
}

func TestAccountIsAskedForOnceByAllCallersTogether(t *testing.T) {
	t.Parallel()

	const callers, rounds = 100, 40
	for range rounds {
		server := answers(ok(`{"accounts":[{"name":"accounts/acme"}]}`))
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

func TestAFailedLookUpOfTheAccountIsNotKept(t *testing.T) {
	t.Parallel()

	server := answers(failing(http.StatusForbidden), ok(`{}`), ok(`{"accounts":[{"name":"accounts/acme"}]}`))

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

func TestALookUpOfTheAccountThatTakesTooLongIsNotTheCallersDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, hanging(), withRetries(8))

		_, err := client.AccountID(t.Context())
		if err == nil || errors.Is(err, context.DeadlineExceeded) ||
			err.Error() != "GET /v1/accounts: no response within 120s, including retries" {
			t.Errorf("error %v", err)
		}
	})
}
