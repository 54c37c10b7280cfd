// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// requestMeter counts the requests that a handler serves at the same time.
type requestMeter struct{ now, most, all atomic.Int64 }

func (m *requestMeter) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.all.Add(1)

		now := m.now.Add(1)
		defer m.now.Add(-1)

		for most := m.most.Load(); now > most && !m.most.CompareAndSwap(most, now); most = m.most.Load() {
		}

		next.ServeHTTP(w, r)
	})
}

func TestConcurrency_MaxRequestsInFlight(t *testing.T) {
	t.Parallel()

	for _, failures := range []bool{false, true} {
		t.Run(fmt.Sprintf("with failures %t", failures), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var (
					load   requestMeter
					serial atomic.Int64
				)

				client, _ := serveInBubble(t, load.wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					drain(r)
					<-time.After(10 * time.Millisecond)

					if failures && serial.Add(1)%3 == 0 {
						w.WriteHeader(http.StatusServiceUnavailable)
					}

					_, _ = w.Write([]byte(promotedModel))
				})), withRetries(50))

				var group sync.WaitGroup
				for range 400 {
					group.Go(func() {
						if _, err := client.GetModel(t.Context(), testModel); err != nil {
							t.Error(err)
						}
					})
				}

				group.Wait()

				if most := load.most.Load(); most != MaxRequestsInFlight {
					t.Errorf("%d requests were in flight at a time, want %d", most, MaxRequestsInFlight)
				}

				checkNoSlotHeld(t, client)
			})
		})
	}
}

func TestConcurrency_AllCalls(t *testing.T) {
	t.Parallel()
	// One response that every call accepts, except that of the account.
	const response = `{"name":"accounts/fireworks/trainingShapes/s/versions/v","model":{"state":"READY"},
		"trainingShapeVersions":[{"name":"accounts/fireworks/trainingShapes/s/versions/v","latestValidated":true}]}`

	var load requestMeter

	mux := http.NewServeMux()
	mux.Handle("/", respondWith(ok(response)))
	mux.Handle("/v1/accounts", respondWith(ok(accountReply)))

	client := serve(t, load.wrap(mux))

	var group sync.WaitGroup

	for range 30 {
		for _, call := range slices.Concat(trainingCalls(), modelCalls()) {
			if call.name == "FindTrainingShapes" {
				continue
			}

			group.Go(func() {
				if err := call.err(t.Context(), client); err != nil {
					t.Errorf("%s: %v", call.name, err)
				}
			})
		}
	}

	group.Wait()

	if most := load.most.Load(); most > MaxRequestsInFlight {
		t.Errorf("%d requests were in flight at a time, want at most %d", most, MaxRequestsInFlight)
	}

	checkNoSlotHeld(t, client)
}

// countConnections starts a server that counts the connections made to it.
func countConnections(t *testing.T, handler http.Handler) (*httptest.Server, *atomic.Int64) {
	t.Helper()

	var connections atomic.Int64

	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = discardLog
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)

	return server, &connections
}

func TestConnections_Reused(t *testing.T) {
	t.Parallel()

	for name, response := range map[string]cannedResponse{"success": ok(promotedModel), "failure": failing(404)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, connections := countConnections(t, respondWith(response))
			client := newTestClient(t, server.URL)
			work := make(chan struct{})

			var group sync.WaitGroup
			for range 10 {
				group.Go(func() {
					for range work {
						if _, err := client.GetModel(t.Context(), testModel); err != nil && StatusOf(err) != 404 {
							t.Error(err)
						}
					}
				})
			}

			for range 200 {
				work <- struct{}{}
			}

			close(work)
			group.Wait()

			if n := connections.Load(); n > 12 {
				t.Errorf("%d connections for 200 requests, want at most 12", n)
			}
		})
	}
}

func TestConnections_ReusedByRetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, network := serveInBubble(t, respondWith(failing(503), failing(429), failing(500), ok(promotedModel)),
			withRetries(8))
		if _, err := client.GetModel(t.Context(), testModel); err != nil {
			t.Fatal(err)
		}

		if n := network.dials.Load(); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
	})
}

func TestClose_IdleConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, network := serveInBubble(t, respondWith(ok(promotedModel)))
		for range 2 {
			if _, err := client.GetModel(t.Context(), testModel); err != nil {
				t.Fatal(err)
			}

			client.Close()
			synctest.Wait()
		}

		if n := network.dials.Load(); n != 2 {
			t.Errorf("%d connections, want 2", n)
		}
	})
}

func TestConcurrency_CanceledRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(50 * time.Millisecond):
				_, _ = w.Write([]byte(promotedModel))
			case <-r.Context().Done():
			}
		}))

		var group sync.WaitGroup
		for i := range 300 {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*5*time.Millisecond)
				defer cancel()

				_, _ = client.GetModel(ctx, testModel)
			})
		}

		group.Wait()
		checkNoSlotHeld(t, client)
	})
}
