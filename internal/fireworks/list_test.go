// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

type testRow struct {
	Name  string `json:"name"`
	Value int    `json:"value"`
}

func (r testRow) resourceName() string { return r.Name }

func TestListAll_Pages(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"models":[{"name":"a","value":1},{"name":"b","value":2}],"nextPageToken":"t+/="}`),
		ok(`{"next_page_token":"u"}`),
		ok(`{"models":[{"name":"a","value":3},{"name":"c","value":4}],"nextPageToken":""}`))
	list := listRequest{path: "/v1/rows", query: url.Values{"filter": {"x=1"}}, pageSize: 2}

	got, err := listAll[testRow](t.Context(), serve(t, server), list)
	if err != nil {
		t.Fatal(err)
	}

	wantNoDiff(t, "rows", []testRow{{"a", 3}, {"b", 2}, {"c", 4}}, got)
	wantNoDiff(t, "query of the caller", url.Values{"filter": {"x=1"}}, list.query)

	query := func(token string) url.Values {
		return url.Values{"filter": {"x=1"}, "pageSize": {"2"}, "pageToken": {token}}
	}
	checkRequests(t, server,
		wantRequest{"GET", "/v1/rows", url.Values{"filter": {"x=1"}, "pageSize": {"2"}}, ""},
		wantRequest{"GET", "/v1/rows", query("t+/="), ""},
		wantRequest{"GET", "/v1/rows", query("u"), ""},
	)
}

func TestListAll_PageSize(t *testing.T) {
	t.Parallel()

	for size, want := range map[int]string{-1: "200", 0: "200", 1: "1", 200: "200", 201: "200"} {
		server := respondWith(ok(`{}`))

		got, err := listAll[testRow](t.Context(), serve(t, server), listRequest{path: "/v1/rows", pageSize: size})
		if err != nil || len(got) != 0 {
			t.Errorf("rows %v, error %v", got, err)
		}

		wantNoDiff(t, "query", url.Values{"pageSize": {want}}, server.requests()[0].Query)
	}
}

func TestListAll_Limit(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"models":[{"name":"a"}],"nextPageToken":"1"}`),
		ok(`{"models":[{"name":"a"}],"nextPageToken":"2"}`),
		ok(`{"models":[{"name":"b"},{"name":"c"}],"nextPageToken":"3"}`))

	got, err := listAll[testRow](t.Context(), serve(t, server), listRequest{path: "/v1/rows", limit: 2})
	if err != nil || server.count() != 3 {
		t.Errorf("error %v after %d requests, want 3", err, server.count())
	}

	wantNoDiff(t, "rows", []testRow{{Name: "a"}, {Name: "b"}, {Name: "c"}}, got)
}

func TestListAll_Failure(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		second cannedResponse
		check  func(error)
	}{
		"status": {failing(403), func(err error) {
			if StatusOf(err) != 403 {
				t.Errorf("error %v, want a 403", err)
			}
		}},
		"repeated token": {ok(`{"models":[{"name":"b"}],"nextPageToken":"1"}`), func(err error) {
			wantDecodeError(t, err, "repeats a page token after 2 pages")
		}},
		"not a page": {ok(`[]`), func(err error) { wantDecodeError(t, err, "not the expected JSON") }},
	}
	for name, test := range tests {
		server := respondWith(ok(`{"models":[{"name":"a"}],"nextPageToken":"1"}`), test.second)

		got, err := listAll[testRow](t.Context(), serve(t, server), listRequest{path: "/v1/rows"})
		test.check(err)

		if got != nil || server.count() != 2 {
			t.Errorf("%s: rows %v after %d requests, want none after 2", name, got, server.count())
		}
	}
}

func TestListAll_BadRows(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		pages []string
		want  []testRow
		fails bool
	}{
		"beside good ones": {
			[]string{`{"models":[{"name":"a"},{"name":7},{"name":"b","value":"x"},{"name":"c"}]}`},
			[]testRow{{Name: "a"}, {Name: "c"}}, false,
		},
		"on a page of their own": {[]string{`{"models":[{"name":"a"}],"nextPageToken":"1"}`, `{"models":[7]}`},
			[]testRow{{Name: "a"}}, false},
		"before the good page": {[]string{`{"models":[7],"nextPageToken":"1"}`, `{"models":[{"name":"a"}]}`},
			[]testRow{{Name: "a"}}, false},
		"without a name": {[]string{`{"models":[{"name":""},{},null,{"name":"a"}]}`}, []testRow{{Name: "a"}},
			false},
		"no others": {[]string{`{"models":[7,{"name":8}]}`}, nil, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var replies []cannedResponse
			for _, body := range test.pages {
				replies = append(replies, ok(body))
			}

			got, err := listAll[testRow](t.Context(), serve(t, respondWith(replies...)), listRequest{path: "/v1/rows"})
			wantNoDiff(t, "rows", test.want, got)

			if test.fails {
				wantDecodeError(t, err, "no row of the list can be decoded")
				return
			}

			checkEqual(t, "error", err, nil)
		})
	}
}

func TestPageWalk_Bounds(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		rows, pages int
		reason      string
	}{
		"one row per page":  {1, MaxPages, "more than 10000 pages"},
		"empty pages":       {0, maxEmptyPages, "sent 100 consecutive pages without rows"},
		"full pages":        {MaxPageSize, MaxRows/MaxPageSize + 1, "more than 200000 rows"},
		"one page too many": {MaxRows + 1, 1, "more than 200000 rows"},
	}
	for name, test := range tests {
		var walk pageWalk

		pages, reason := 0, ""
		for reason == "" {
			pages++
			reason = walk.advance(test.rows, strconv.Itoa(pages))
		}

		if pages != test.pages || !strings.Contains(reason, test.reason) {
			t.Errorf("%s: %d pages, %q, want %d pages, %q", name, pages, reason, test.pages, test.reason)
		}
	}
}

func TestPageWalk_EmptyPagesBetweenOthers(t *testing.T) {
	t.Parallel()

	var walk pageWalk

	for i := range 1000 {
		rows := 0
		if i%maxEmptyPages == maxEmptyPages-1 {
			rows = 1
		}

		if reason := walk.advance(rows, strconv.Itoa(i)); reason != "" {
			t.Fatalf("page %d: %s", i+1, reason)
		}
	}
}
