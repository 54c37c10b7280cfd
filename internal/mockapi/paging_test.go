// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const bigList = "/v1/accounts/demo/rlorTrainerJobs/big-run/checkpoints"

func TestPaging_InvalidSize(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	for _, query := range []string{"?pageSize=-1", "?pageSize=x", "?pageSize=1.5"} {
		h.get(bigList+query).want(http.StatusBadRequest, "invalid pageSize")
	}

	checkEqual(t, "rows of an empty size", len(strings.Fields(h.names(bigList+"?pageSize="))), 50)
}

func TestPaging_InvalidToken(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	var list checkpointList
	h.get(bigList + "?pageSize=100").want(http.StatusOK).into(&list)

	token := list.NextPageToken
	for _, character := range "+/=&% " {
		if !strings.ContainsRune(token, character) {
			t.Errorf("the token %q needs no escaping of %q", token, character)
		}
	}

	escaped := url.QueryEscape(token)
	h.get(bigList + "?pageSize=100&pageToken=" + escaped).want(http.StatusOK)
	h.get(bigList + "?pageSize=7&pageToken=" + escaped).want(http.StatusOK)

	for name, path := range map[string]string{
		"only spaces escaped":   bigList + "?pageToken=" + strings.ReplaceAll(token, " ", "%20"),
		"plus left as it is":    bigList + "?pageToken=" + strings.ReplaceAll(escaped, "%2B", "+"),
		"escaped twice":         bigList + "?pageToken=" + url.QueryEscape(escaped),
		"cut off":               bigList + "?pageToken=" + url.QueryEscape(token[:len(token)-4]),
		"made up":               bigList + "?pageToken=abc",
		"beyond the end":        bigList + "?pageToken=" + escaped + "00",
		"of another list":       "/v1/" + sftJob + "/checkpoints?pageToken=" + escaped,
		"of a different filter": bigList + "?filter=x&pageToken=" + escaped,
	} {
		if got := h.get(path); got.status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", name, got.status)
		}
	}
}

func TestPaging_Faults(t *testing.T) {
	t.Parallel()

	type page struct {
		rows  int
		token string
	}

	walk := func(h *harness, path string, most int) (pages []page, names map[string]int) {
		names = map[string]int{}
		token := ""

		for range most {
			var list checkpointList
			h.get(path + "&pageToken=" + url.QueryEscape(token)).want(http.StatusOK).into(&list)

			for _, row := range list.Checkpoints {
				names[row.Name]++
			}

			token = list.NextPageToken

			pages = append(pages, page{len(list.Checkpoints), token})
			if token == "" {
				break
			}
		}

		return pages, names
	}
	small := "/v1/" + sftJob + "/checkpoints?pageSize=200"
	big := bigList + "?pageSize=100"

	t.Run("endless", func(t *testing.T) {
		t.Parallel()

		h := start(t, Options{Faults: []Fault{{Kind: FaultEndlessPages}}})
		pages, names := walk(h, big, 20)

		tokens := map[string]bool{}
		for _, p := range pages {
			tokens[p.token] = true
		}

		checkEqual(t, "pages", len(pages), 20)
		checkEqual(t, "different tokens", len(tokens), 20)
		checkEqual(t, "different rows", len(names), 250)
	})
	t.Run("repeated token", func(t *testing.T) {
		t.Parallel()

		h := start(t, Options{Faults: []Fault{{Kind: FaultRepeatedToken}}})

		pages, _ := walk(h, small, 4)
		if len(pages) != 4 {
			t.Fatalf("got %d pages, want 4", len(pages))
		}

		checkEqual(t, "last page", pages[3], pages[0])
	})

	for name, path := range map[string]string{"of a big job": big, "of one page": small} {
		t.Run("repeated rows "+name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{Faults: []Fault{{Kind: FaultRepeatedRows}}})
			pages, names := walk(h, path, 20)
			twice := 0

			for _, n := range names {
				if n > 1 {
					twice++
				}
			}

			if len(pages) < 2 {
				t.Errorf("got %d pages, want at least 2", len(pages))
			}

			checkEqual(t, "repeated rows", twice, len(pages)-1)
		})
		t.Run("empty page "+name, func(t *testing.T) {
			t.Parallel()

			h := start(t, Options{Faults: []Fault{{Kind: FaultEmptyPage, Match: 1}}})
			_, want := walk(start(t, Options{}), path, 20)

			pages, names := walk(h, path, 20)
			if len(pages) < 3 {
				t.Fatalf("got %d pages, want at least 3", len(pages))
			}

			checkEqual(t, "first page is empty", pages[0].rows == 0, false)
			checkEqual(t, "rows of the second page", pages[1].rows, 0)
			checkEqual(t, "different rows", len(names), len(want))
		})
	}
}
