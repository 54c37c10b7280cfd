// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	fwprovider "github.com/fw-ai/terraform-provider-fireworks/internal/provider"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// BubblePlatform is a platform within a synctest bubble: its network is in memory, so that backoff, timeouts and slow
// responses pass in virtual time, with the provider's own clock and settings.
type BubblePlatform struct {
	*mockapi.Server
	// Oracle compares what is written with the plans.
	Oracle   *PlanOracle
	listener *memoryListener
	server   *http.Server

	mu      sync.Mutex
	clients []*fireworks.Client
}

// memoryURL is a host for which no proxy is used, and of which nothing warns.
const memoryURL = "http://localhost"

func NewBubblePlatform(t testing.TB, options mockapi.Options) *BubblePlatform {
	t.Helper()

	options.APIKey = TestAPIKey
	options.EmitUnpopulated = options.EmitUnpopulated || emitUnpopulated()

	api, err := mockapi.New(options)
	if err != nil {
		t.Fatalf("%v", err)
	}

	p := &BubblePlatform{Server: api, Oracle: &PlanOracle{Shared: true},
		listener: &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}}

	p.server = &http.Server{Handler: p.Oracle.Record(api), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Hour}
	go func() { _ = p.server.Serve(p.listener) }()

	return p
}

// Close ends every connection, which a bubble waits for.
func (p *BubblePlatform) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, client := range p.clients {
		client.Close()
	}

	_ = p.server.Close()
}

// Start starts a provider process; arguments are further provider arguments.
func (p *BubblePlatform) Start(t testing.TB, arguments Values) *ProtocolServer {
	t.Helper()

	settings := fwprovider.DefaultSettings("test")
	settings.Environment, settings.DialContext = testEnvironment(nil), p.listener.dial

	s := NewClosableServer(t, settings, func(client *fireworks.Client) {
		p.mu.Lock()
		defer p.mu.Unlock()

		p.clients = append(p.clients, client)
	})
	if diags := s.Configure(t.Context(),
		With(Values{"base_url": memoryURL, "api_key": TestAPIKey}, arguments)); len(diags) > 0 {
		t.Fatalf("configuring the provider: %s", diags)
	}

	return s
}

// closableProvider tells its client, so that the end of its process can close the connections.
type closableProvider struct {
	*fwprovider.Provider
	configured func(*fireworks.Client)
}

// NewClosableServer is NewProtocolServer, and calls configured with the client.
func NewClosableServer(
	t testing.TB, settings fwprovider.Settings, configured func(*fireworks.Client),
) *ProtocolServer {
	t.Helper()
	return NewProtocolServer(t, &closableProvider{fwprovider.NewWithSettings(settings), configured})
}

// Configure reports the client.
func (p *closableProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	p.Provider.Configure(ctx, req, resp)

	if data, ok := resp.ResourceData.(*providerdata.Data); ok && data.Client != nil {
		p.configured(data.Client)
	}
}

// memoryListener accepts what its dial dials.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *memoryListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "memory", Err: net.ErrClosed}
	}
}

// Accept waits for the next connection.
func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listening.
func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is an address for logs.
func (l *memoryListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }
