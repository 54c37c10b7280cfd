// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const inferencePrefix = "/inference/"

// eventStream is a response of server-sent events.
type eventStream []byte

// inferenceError is an error as OpenAI clients read it.
type inferenceError struct {
	Message string `json:"message"`
	Type    string `json:"type"`
	Param   string `json:"param,omitempty"`
	Code    string `json:"code"`
}

func newInferenceError(status int, e inferenceError) error {
	return &apiError{status: status, message: e.Message, body: map[string]inferenceError{"error": e}}
}

// asInferenceError gives an error of the server the form of errors of the inference API.
func asInferenceError(err error) error {
	failure := asAPIError(err)
	if failure.body != nil {
		return failure
	}

	e := inferenceError{Message: failure.message, Type: "invalid_request_error", Code: "INVALID_REQUEST"}
	switch failure.status {
	case http.StatusUnauthorized:
		e.Type, e.Code = "authentication_error", "UNAUTHORIZED"
	case http.StatusNotFound:
		e.Code = "NOT_FOUND"
	}

	return newInferenceError(failure.status, e)
}

type chatRequest struct {
	Model    string            `json:"model"`
	Messages []json.RawMessage `json:"messages"`
	Stream   bool              `json:"stream"`
}

type chatMessage struct {
	Role    string `json:"role,omitempty"`
	Content string `json:"content,omitempty"`
}

type chatChoice struct {
	Index        int          `json:"index"`
	Message      *chatMessage `json:"message,omitempty"`
	Delta        *chatMessage `json:"delta,omitempty"`
	FinishReason *string      `json:"finish_reason"`
}

type chatUsage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	TotalTokens      int `json:"total_tokens"`
}

type chatCompletion struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"`
	Created int64        `json:"created"`
	Model   string       `json:"model"`
	Choices []chatChoice `json:"choices"`
	Usage   *chatUsage   `json:"usage,omitempty"`
}

func (s *Server) createChatCompletion(c *call) (any, error) {
	defer s.lock()()

	var in chatRequest
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, invalid("invalid request body: %s", describeJSONError(err))
	}

	if in.Model == "" || len(in.Messages) == 0 {
		return nil, invalid("model and messages are required")
	}

	model, record, err := s.acceptInference(in.Model)
	if err != nil {
		return nil, err
	}

	text := fmt.Sprintf("A canned completion of model %s on deployment %s.", model, record.deployment.Name)
	completion := chatCompletion{ID: "chatcmpl-" + c.id, Created: s.now().Unix(), Model: in.Model}

	if in.Stream {
		return completion.stream(text)
	}

	return completion.whole(text, len(in.Messages)), nil
}

// receive counts an inference request. One to a deployment without replicas is refused, and starts the first replica.
func (r *deploymentRecord) receive(now time.Time) error {
	d := &r.deployment
	r.lastRequest = now

	if d.ReplicaCount > 0 {
		return nil
	}

	d.DesiredReplicaCount = 1

	r.countReplicas()

	return scalingUp()
}

func scalingUp() error {
	return newInferenceError(http.StatusServiceUnavailable, inferenceError{
		Message: "The deployment is scaling up from zero; try again later", Type: "service_unavailable",
		Code: "DEPLOYMENT_SCALING_UP",
	})
}

// servedBy returns the model that a name in an inference request stands for and its deployment, or nil when none serves
// it.
func (s *Server) servedBy(name string) (model string, record *deploymentRecord) {
	model, deployment, qualified := strings.Cut(name, "#")

	switch {
	case strings.Contains(name, deploymentsSegment) && !qualified:
		model, deployment = "", name
	case !qualified:
		deployment = s.defaultDeployment(model)
	}

	record = s.serving.deployments[deployment]
	if record == nil || !record.serves() || s.requireAccess(strings.Split(deployment, "/")[1]) != nil {
		return "", nil
	}

	if model == "" || model == record.deployment.BaseModel {
		return record.deployment.BaseModel, record
	}

	for _, loaded := range s.serving.deployedModels {
		if d := loaded.deployedModel; d.Model == model && d.Deployment == deployment && d.State == stateDeployed {
			return model, record
		}
	}

	return "", nil
}

// serves reports whether a deployment accepts inference requests: a parked one does not.
func (r *deploymentRecord) serves() bool {
	return r.running() && r.deployment.MaxReplicaCount > 0
}

func (s *Server) defaultDeployment(model string) string {
	for _, record := range s.serving.deployedModels {
		if d := record.deployedModel; d.Model == model && d.Default {
			return d.Deployment
		}
	}

	return ""
}

func (completion chatCompletion) whole(text string, messages int) chatCompletion {
	words := len(strings.Fields(text))

	completion.Object = "chat.completion"
	completion.Choices = []chatChoice{{Message: &chatMessage{Role: "assistant", Content: text},
		FinishReason: new("stop")}}
	completion.Usage = &chatUsage{PromptTokens: messages, CompletionTokens: words, TotalTokens: messages + words}

	return completion
}

// stream returns a completion as events, a word in each, the way OpenAI clients expect them.
func (completion chatCompletion) stream(text string) (eventStream, error) {
	completion.Object = "chat.completion.chunk"

	choices := []chatChoice{{Delta: &chatMessage{Role: "assistant"}}}
	for word := range strings.SplitAfterSeq(text, " ") {
		choices = append(choices, chatChoice{Delta: &chatMessage{Content: word}})
	}

	choices = append(choices, chatChoice{Delta: &chatMessage{}, FinishReason: new("stop")})

	var events bytes.Buffer

	for _, choice := range choices {
		completion.Choices = []chatChoice{choice}

		chunk, err := json.Marshal(completion)
		if err != nil {
			return nil, err
		}

		fmt.Fprintf(&events, "data: %s\n\n", chunk)
	}

	events.WriteString("data: [DONE]\n\n")

	return events.Bytes(), nil
}
