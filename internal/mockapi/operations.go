// SPDX-License-Identifier: MPL-2.0

package mockapi

import "time"

// operation is a long-running operation, as on the wire.
type operation struct {
	Name     string             `json:"name"`
	Metadata *operationMetadata `json:"metadata,omitempty"`
	Done     bool               `json:"done,omitempty"`
	Response *operationResponse `json:"response,omitempty"`
	Error    *operationError    `json:"error,omitempty"`
}

type operationMetadata struct {
	Type          string `json:"@type"`
	StatusMessage string `json:"statusMessage,omitempty"`
}

type operationResponse struct {
	Type string `json:"@type"`
	Model
}

type operationError struct {
	Code    int    `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

func (s *Server) getOperation(c *call) (any, error) {
	defer s.lock()()

	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	name := "accounts/" + c.params[0] + "/operations/" + c.params[1]

	p, ok := s.operations[name]
	if !ok {
		return nil, notFound("operation %q not found", name)
	}

	return p.wire(s.now()), nil
}

func (p *promotion) wire(now time.Time) operation {
	op := operation{
		Name: p.operation,
		Done: p.done(),
		Metadata: &operationMetadata{Type: "type.googleapis.com/gateway.PromoteCheckpointMetadata",
			StatusMessage: p.progress(now)},
	}
	switch {
	case !op.Done:
	case p.failure != nil:
		op.Error = &operationError{Code: p.failure.code, Message: p.failure.message}
	case p.outcome == PromotionSucceedsWithEmptyError:
		op.Error = &operationError{}
	case p.outcome != PromotionSucceedsWithoutResponse:
		op.Response = &operationResponse{Type: "type.googleapis.com/gateway.Model", Model: *p.model()}
	}

	return op
}

// progress returns the status message of a promotion. Each of three steps takes a third of its duration.
func (p *promotion) progress(now time.Time) string {
	elapsed := now.Sub(p.start)
	switch {
	case p.done() && p.failure != nil:
		return "Promotion failed"
	case p.done():
		return "Promotion finished"
	case elapsed < p.duration/3 || p.duration == 0:
		return "Validating checkpoint"
	case elapsed < p.duration*2/3 || p.hangs:
		return "Copying files"
	}

	return "Registering model"
}
