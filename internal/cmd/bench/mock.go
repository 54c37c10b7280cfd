package main

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// latency is what the mock API takes for a request.
const latency = 5 * time.Millisecond

// mock is the mock API on a port of this machine, which counts the connections that are opened to it.
type mock struct {
	*mockapi.Server
	url         string
	server      *http.Server
	connections atomic.Int64
}

func startMock(ctx context.Context, options mockapi.Options) (*mock, error) {
	options.Latency = latency

	api, err := mockapi.New(options)
	if err != nil {
		return nil, err
	}

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}

	m := &mock{Server: api, url: "http://" + listener.Addr().String()}
	m.server = &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			m.connections.Add(1)
		}
	}}
	// It ends with the listener, and a mock that died shows in the errors of the CLI.
	go func() { _ = m.server.Serve(listener) }()

	return m, nil
}

// traffic returns what was counted since it was last asked.
func (m *mock) traffic() (requests, connections float64) {
	requests, connections = float64(len(m.Requests())), float64(m.connections.Swap(0))
	m.ResetRequests()

	return requests, connections
}

func (m *mock) close() { _ = m.server.Close() }
