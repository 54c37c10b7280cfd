package fireworks

import (
	"errors"
	"net/url"
	"strconv"
	"testing"
)

func TestAListThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		rows, pages int
		reason      string
	}{
		"a row a page":        {1, MaxPages, "more than 10000 pages"},
		"pages without a row": {0, MaxEmptyPages, "sent 100 pages without a row one after the other"},
		"full pages":          {MaxPageSize, MaxRows/MaxPageSize + 1, "more than 200000 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			pages := 0
			err := newTestClient(t, "http://127.0.0.1").walkPages("/v1/x", nil, 1, func(url.Values) (nextPage, error) {
				pages++
				return nextPage{Token: strconv.Itoa(pages), rows: test.rows}, nil
			})
			wantDecodeError(t, err, test.reason)

			if pages != test.pages {
				t.Errorf("%d pages read, want %d", pages, test.pages)
			}
		})
	}
}

func TestEmptyPagesBetweenOthersAreNoEnd(t *testing.T) {
	t.Parallel()

	pages := 0

	err := newTestClient(t, "http://127.0.0.1").walkPages("/v1/x", nil, 1, func(url.Values) (nextPage, error) {
		pages++
		if pages == 1000 {
			return nextPage{rows: 1}, nil
		}

		return nextPage{Token: strconv.Itoa(pages), rows: min(1, pages%MaxEmptyPages/(MaxEmptyPages-1))}, nil
	})
	if err != nil || pages != 1000 {
		t.Errorf("error %v after %d pages", err, pages)
	}
}

func TestThePageAfterAFailureIsNotAskedFor(t *testing.T) {
	t.Parallel()

	failure := errors.New("no")
	pages := 0

	err := newTestClient(t, "http://127.0.0.1").walkPages("/v1/x", nil, 1, func(url.Values) (nextPage, error) {
		pages++
		return nextPage{Token: "more"}, failure
	})
	if !errors.Is(err, failure) || pages != 1 {
		t.Errorf("error %v after %d pages", err, pages)
	}
}
