// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// network is a mock on a real connection, on which faults take effect.
type network struct {
	*harness
	url    string
	client *http.Client
}

func listen(t *testing.T, faults ...Fault) *network {
	t.Helper()
	h := start(t, Options{Faults: faults})
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

	return &network{h, server.URL, client}
}

// promoteOnce sends one request. Its error is that of the connection or of reading the body.
func (n *network) promoteOnce() (*reply, error) {
	n.t.Helper()

	body, err := json.Marshal(jobPromotion("m"))
	if err != nil {
		n.t.Fatal(err)
	}

	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost,
		n.url+"/v1/accounts/demo/checkpoints/"+latest+":promote", bytes.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}

	r.Header.Set("Authorization", "Bearer key")

	response, err := n.client.Do(r)
	if err != nil {
		return nil, err
	}

	defer func() { _ = response.Body.Close() }()

	text, err := io.ReadAll(response.Body)

	return &reply{n.t, response.StatusCode, response.Header, string(text)}, err
}
