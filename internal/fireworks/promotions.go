// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// PromotionRequest describes the promotion of a checkpoint to a model.
type PromotionRequest struct {
	Checkpoint CheckpointName
	// OutputModelID is the ID of the new model, in the checkpoint's account.
	OutputModelID string
	// BaseModel is the full name of the model whose metadata the new one inherits.
	BaseModel string
	// HotLoadDeploymentID is the bare ID or the full name of a deployment, for jobs without a stored bucket URL;
	// otherwise empty.
	HotLoadDeploymentID string
}

// OutputModel returns the full name of the model that the promotion creates.
func (r PromotionRequest) OutputModel() ModelName {
	return ModelName{AccountID: r.Checkpoint.AccountID, ModelID: r.OutputModelID}
}

// Promotion is the response to an accepted promotion: an operation to wait for, the model, or both.
type Promotion struct {
	Operation *Operation
	Model     *Model
}

// InvalidModelIDError is returned instead of sending an ID that the server would reject: a rejected promotion destroys
// the staged files of the checkpoint.
type InvalidModelIDError struct{ Problems []string }

func (e *InvalidModelIDError) Error() string { return strings.Join(e.Problems, " ") }

type wirePromotion struct {
	OutputModel         string `json:"output_model"`
	TrainerJobID        string `json:"trainer_job_id,omitempty"`
	BaseModel           string `json:"base_model"`
	HotLoadDeploymentID string `json:"hot_load_deployment_id,omitempty"`
	AsyncPromotion      bool   `json:"async_promotion,omitempty"`
}

// Promote starts a promotion. It retries only if the server certainly did nothing.
// If MayHaveSucceeded reports true for its error, the promotion may be running.
func (c *Client) Promote(ctx context.Context, r PromotionRequest) (Promotion, error) {
	if problems := ValidateModelID(r.OutputModelID); len(problems) > 0 {
		return Promotion{}, &InvalidModelIDError{Problems: problems}
	}

	body := wirePromotion{OutputModel: r.OutputModel().String(), BaseModel: r.BaseModel}
	if r.Checkpoint.IsSession() {
		path := resourcePath("accounts", r.Checkpoint.AccountID, "trainingSessions", r.Checkpoint.SessionID,
			"checkpoints", r.Checkpoint.CheckpointID)

		return c.promote(ctx, path, body)
	}

	body.TrainerJobID = r.Checkpoint.Parent().String()

	body.AsyncPromotion = true
	if r.HotLoadDeploymentID != "" {
		body.HotLoadDeploymentID = r.hotLoadDeployment()
	}

	path := resourcePath("accounts", r.Checkpoint.AccountID, "checkpoints", r.Checkpoint.CheckpointID)

	promotion, err := c.promote(ctx, path, body)
	if isAsyncPromotionUnknown(err) {
		body.AsyncPromotion = false
		return c.promote(ctx, path, body)
	}

	return promotion, err
}

func (r PromotionRequest) hotLoadDeployment() string {
	if strings.Contains(r.HotLoadDeploymentID, "/") {
		return r.HotLoadDeploymentID
	}

	return DeploymentName{AccountID: r.Checkpoint.AccountID, DeploymentID: r.HotLoadDeploymentID}.String()
}

func (c *Client) promote(ctx context.Context, checkpointPath string, body wirePromotion) (Promotion, error) {
	var response struct {
		Operation *wireOperation `json:"operation"`
		Model     *Model         `json:"model"`
	}

	call := request{
		method:  http.MethodPost,
		path:    checkpointPath + ":promote",
		body:    body,
		retries: retryIfNotSent,
		timeout: max(PromotionRequestTimeout, c.requestTimeout),
	}
	if err := c.do(ctx, call, &response); err != nil {
		return Promotion{}, err
	}

	var promotion Promotion

	if response.Operation != nil && response.Operation.Name != "" {
		operation := response.Operation.operation(c.redact)
		promotion.Operation = &operation
	}

	if response.Model != nil {
		response.Model.finish(c.redact)
		promotion.Model = emptyToNil(response.Model)
	}

	reason := ""

	switch model := promotion.Model; {
	case model == nil && promotion.Operation == nil:
		reason = "the response contains neither an operation nor the model " + body.OutputModel
	case model == nil:
	case model.Name == "":
		model.Name = body.OutputModel
	case model.Name != body.OutputModel:
		reason = fmt.Sprintf("the response contains the model %s instead of %s", quoteWhole(model.Name),
			body.OutputModel)
	}

	if reason != "" {
		return Promotion{}, &DecodeError{Method: call.method, Path: call.path, Reason: c.redact.text(reason)}
	}

	return promotion, nil
}

// isAsyncPromotionUnknown reports whether the server does not know the field async_promotion. Only the message says so.
func isAsyncPromotionUnknown(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.StatusCode == http.StatusBadRequest &&
		(strings.Contains(apiError.body.message, "async_promotion") ||
			strings.Contains(apiError.body.message, "asyncPromotion"))
}
