package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// mock is the mock API on a port of this machine. It lives in this process, so
// that it cannot outlive it.
type mock struct {
	api    *mockapi.Server
	url    string
	server *http.Server
}

func startMock(ctx context.Context) (*mock, error) {
	api, err := mockapi.New(mockapi.Options{PromotionTime: promotionTime})
	if err != nil {
		return nil, fmt.Errorf("the mock API could not be made: %w", err)
	}

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("no free port for the mock API: %w", err)
	}

	m := &mock{
		api:    api,
		url:    "http://" + listener.Addr().String(),
		server: &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second},
	}
	// Serve ends with the listener, and a mock that died shows in the CLI's errors.
	go func() { _ = m.server.Serve(listener) }()

	return m, nil
}

func (m *mock) close() error {
	return m.server.Close()
}
