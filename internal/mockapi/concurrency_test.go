// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func TestServer_ConcurrentUse(t *testing.T) {
	t.Parallel()

	h := start(t, Options{PromotionTime: time.Second})
	h.SetModelInPromotionResponse(true)

	const workers, models = 16, 8

	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range models {
				id := fmt.Sprintf("m%d", i)

				path := "/v1/accounts/demo/models/" + id
				if got := h.promote(latest, jobPromotion(id)).status; got != http.StatusOK &&
					got != http.StatusConflict {
					t.Errorf("status %d", got)
				}

				h.get(path)
				h.get("/v1/accounts/demo/models?filter=state%3DREADY&orderBy=create_time")
				h.do(http.MethodPatch, path+"?updateMask=display_name", fmt.Sprintf(`{"displayName":"%d"}`, w))
				h.get(fmt.Sprintf("/v1/accounts/demo/operations/promote-%d", i+1))
				h.clock.advance(100 * time.Millisecond)
				h.Deploy("accounts/demo/models/"+id, "d")
				h.PutCheckpoint(sftJob, Checkpoint{Name: fmt.Sprintf("c-%d-%d", w, i)})
				h.get("/v1/" + sftJob + "/checkpoints?pageSize=200")
				h.Models()
				h.Requests()
			}
		})
	}

	group.Wait()

	if h.Promotions() != models {
		t.Errorf("%d promotions, want %d: of each name one", h.Promotions(), models)
	}

	rows, _ := h.all(sftJob, 200)
	if want := 10 + workers*models; len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
}

func BenchmarkPageOfCheckpoints(b *testing.B) {
	s, err := New(Options{BigJobCheckpoints: 10_000})
	if err != nil {
		b.Fatal(err)
	}

	b.ReportAllocs()

	for b.Loop() {
		s.ResetRequests()

		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, bigList+"?pageSize=200", nil)
		r.Header.Set("X-Api-Key", "key")

		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)

		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
