// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// These times are long enough to see the provider wait, and no longer.
const (
	promotionTime  = 2 * time.Second
	deploymentTime = 3 * time.Second
)

// mock is the mock API on a port of this machine. It runs in this process, so it cannot outlive it.
type mock struct {
	api    *mockapi.Server
	url    string
	server *http.Server
}

func startMock(ctx context.Context) (*mock, error) {
	api, err := mockapi.New(mockapi.Options{PromotionTime: promotionTime, DeploymentTime: deploymentTime})
	if err != nil {
		return nil, fmt.Errorf("create the mock API: %w", err)
	}

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the mock API: %w", err)
	}

	m := &mock{
		api:    api,
		url:    "http://" + listener.Addr().String(),
		server: &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second},
	}
	// Serve returns when the server is closed; any other failure appears in the errors of the CLI.
	go func() { _ = m.server.Serve(listener) }()

	return m, nil
}

// createdObjects returns the names of the models and deployments that were created since the start.
func (m *mock) createdObjects() []string {
	var names []string

	for _, model := range m.api.Models() {
		if m.api.PromotionsOf(model.Name) > 0 {
			names = append(names, model.Name)
		}
	}

	for _, deployment := range m.api.Deployments() {
		if m.api.DeploymentsCreated(deployment.Name) > 0 {
			names = append(names, deployment.Name)
		}
	}

	return names
}

func (m *mock) close() error {
	return m.server.Close()
}
