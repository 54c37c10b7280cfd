// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bufio"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const demoDeployments = "accounts/demo/deployments/"

func (h *harness) chat(model string, changes ...body) reply {
	h.t.Helper()

	b := body{"model": model, "messages": []body{{"role": "user", "content": "Hello"}}}

	for _, c := range changes {
		maps.Copy(b, c)
	}

	return h.send(http.MethodPost, "/inference/v1/chat/completions", b)
}

func TestInference_Names(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})

	for name, want := range map[string]string{
		demoDeployments + "qwen3-ready": qwen + " on deployment " + demoDeployments + "qwen3-ready",
		firstLora + "#" + demoDeployments + "qwen3-addons": firstLora + " on deployment " + demoDeployments +
			"qwen3-addons",
		qwen + "#" + demoDeployments + "qwen3-addons": qwen + " on deployment " + demoDeployments + "qwen3-addons",
		firstLora: firstLora + " on deployment " + demoDeployments +
			"qwen3-addons",
		"accounts/demo/models/served-qwen3": "served-qwen3 on deployment " + demoDeployments +
			"served-qwen3-in-use",
		demoDeployments + "none":                            "",
		demoDeployments + "qwen3-creating":                  "",
		demoDeployments + "qwen3-failed":                    "",
		demoDeployments + "qwen3-deleted":                   "",
		demoDeployments + "qwen3-parked":                    "",
		firstLora + "#" + demoDeployments + "qwen3-ready":   "",
		secondLora + "#" + demoDeployments + "qwen3-addons": "",
		secondLora:                               "",
		"qwen3-ready":                            "",
		"accounts/other/deployments/qwen3-ready": "",
		firstLora + "#accounts/other/deployments/qwen3-8b":    "",
		"accounts/demo/models/none#accounts/demo/models/none": "",
	} {
		if want == "" {
			h.chat(name).want(http.StatusNotFound,
				`{"error":{"message":"Model not found, inaccessible, and/or not deployed"`, `"code":"NOT_FOUND"`).lacks("details")

			continue
		}

		h.chat(name).want(http.StatusOK, want, `"object":"chat.completion"`, `"finish_reason":"stop"`,
			`"model":"`+name+`"`, `"role":"assistant"`)
	}
}

func TestInference_LiveMerge(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("merged", shapeBody(body{"baseModel": firstLora,
		"minReplicaCount": 1})).want(http.StatusOK).lacks("enableAddons")
	h.chat(demoDeployments+"merged").want(http.StatusOK, firstLora+" on deployment")
	h.chat(firstLora+"#"+demoDeployments+"merged").want(http.StatusOK, firstLora+" on deployment")
}

func TestInference_ScaledToZero(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.deploy("d1", shapeBody()).want(http.StatusOK)
	h.chat(demoDeployments+"d1").want(http.StatusServiceUnavailable, `{"error":{`, `"code":"DEPLOYMENT_SCALING_UP"`)
	h.chat(demoDeployments+"d1").want(http.StatusOK, "canned completion")
	h.get(deploymentsPath+"/d1").want(http.StatusOK, `"replicaCount":1`)
	h.remove("d1", "").want(http.StatusBadRequest, `"code":9`)

	h.clock.advance(time.Hour)
	h.get(deploymentsPath + "/d1").want(http.StatusOK).lacks("replicaCount")
	h.chat(demoDeployments + "d1").want(http.StatusServiceUnavailable)
}

func TestInference_Errors(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.do(http.MethodPost, "/inference/v1/chat/completions", "{").want(http.StatusBadRequest, `{"error":{`)
	h.chat("").want(http.StatusBadRequest, `"type":"invalid_request_error"`)
	h.chat(demoDeployments+"qwen3-ready", body{"messages": []body{}}).want(http.StatusBadRequest)
	h.get("/inference/v1/models").want(http.StatusNotFound, `{"error":{`)

	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/inference/v1/chat/completions",
		strings.NewReader("{}"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)

	if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"code":"UNAUTHORIZED"`) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

func TestInference_Stream(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	streamed := h.chat(demoDeployments+"qwen3-ready", body{"stream": true}).want(http.StatusOK)

	if got := streamed.header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("the content type is %s", got)
	}

	var (
		text strings.Builder
		last string
	)

	for lines := bufio.NewScanner(strings.NewReader(streamed.body)); lines.Scan(); {
		event, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}

		if last = event; event == "[DONE]" {
			continue
		}

		var chunk chatCompletion
		if err := json.Unmarshal([]byte(event), &chunk); err != nil {
			t.Fatalf("%v: %s", err, event)
		}

		text.WriteString(chunk.Choices[0].Delta.Content)
	}

	want := "A canned completion of model " + qwen + " on deployment " + demoDeployments + "qwen3-ready."
	if text.String() != want || last != "[DONE]" {
		t.Errorf("got %q, last event %s, want %q", text.String(), last, want)
	}
}
