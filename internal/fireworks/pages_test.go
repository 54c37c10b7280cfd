package fireworks

import (
	"errors"
	"net/url"
	"strconv"
	"testing"
)

func TestAListThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	pages := 0
	err := newTestClient(t, "http://127.0.0.1").walkPages("/v1/x", nil, 1, func(url.Values) (nextPage, error) {
		pages++
		return nextPage{Token: strconv.Itoa(pages)}, nil
	})
	wantDecodeError(t, err, "more than 10000 pages")
	if pages != MaxPages {
		t.Errorf("%d pages read, want %d", pages, MaxPages)
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
