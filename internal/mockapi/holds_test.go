// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
)

// TestHoldNext_Interleaves lets a second request pass one that is held at each moment.
func TestHoldNext_Interleaves(t *testing.T) {
	t.Parallel()

	for moment, want := range map[Moment]int{BeforeRequest: http.StatusOK, BeforeResponse: http.StatusConflict} {
		synctest.Test(t, func(t *testing.T) {
			h := start(t, Options{})
			hold := h.HoldNext(http.MethodPost, deploymentsPath, moment)
			first := make(chan int, 1)

			go func() { first <- h.deploy("d", shapeBody()).status }()

			<-hold.Reached()
			synctest.Wait()
			checkEqual(t, "status of the second", h.deploy("d", shapeBody()).status, want)
			checkEqual(t, "finished", len(first), 0)
			hold.Release()
			hold.Release()

			total := http.StatusOK + http.StatusConflict
			checkEqual(t, "status of the first", <-first, total-want)
		})
	}
}

func TestHoldNext_ClientDisconnects(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	hold := h.HoldNext("", "/v1/**", BeforeRequest)
	ctx, cancel := context.WithCancel(t.Context())

	go func() {
		<-hold.Reached()
		cancel()
	}()

	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/accounts", nil)
	r.Header.Set("X-Api-Key", "k")
	h.ServeHTTP(httptest.NewRecorder(), r)
	h.get("/v1/accounts").want(http.StatusOK)
}

// TestRequests_Fields tells what a write sets from the log.
func TestRequests_Fields(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d", shapeBody()).want(http.StatusOK)
	h.patch("d", "?updateMask=display_name", body{"displayName": "x"}).want(http.StatusOK)
	h.remove("d", "")

	requests := h.Requests()
	checkEqual(t, "fields of POST", strings.Join(sortedKeys(requests[0].Fields()), ","), "baseModel,deploymentShape")
	checkEqual(t, "fields of PATCH", string(requests[1].Fields()["displayName"]), `"x"`)
	checkEqual(t, "mask", requests[1].Query.Get("updateMask"), "display_name")
	checkEqual(t, "path", requests[1].Path, deploymentsPath+"/d")
	checkEqual(t, "fields of DELETE", len(requests[2].Fields()), 0)
}
