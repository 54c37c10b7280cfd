// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// PromotionOutcome is the outcome of a promotion.
type PromotionOutcome int

const (
	// PromotionSucceeds creates a READY model.
	PromotionSucceeds PromotionOutcome = iota
	// PromotionHangs does not finish until FinishPromotions is called.
	PromotionHangs
	// PromotionFailsWithoutModel fails and deletes the model.
	PromotionFailsWithoutModel
	// PromotionFailsLeavingModel fails and leaves the model UPLOADING, with the error in its status.
	PromotionFailsLeavingModel
	// PromotionLeavesBrokenModel succeeds, but the model is FAILED, with the reason in its status.
	PromotionLeavesBrokenModel
	// PromotionSucceedsWithoutResponse creates a READY model that the operation does not return.
	PromotionSucceedsWithoutResponse
	// PromotionSucceedsWithEmptyError creates a READY model. The operation has an error without a code in place of a
	// response.
	PromotionSucceedsWithEmptyError
	// PromotionLosesToAnother fails with ALREADY_EXISTS: another client promoted the model that becomes READY.
	PromotionLosesToAnother
)

const failureMessage = "copying the checkpoint files failed: object storage returned an internal error"

// promotion is a started promotion: an operation and the model it creates.
type promotion struct {
	operation string
	record    *modelRecord
	result    Model // set on the model when the promotion succeeds
	outcome   PromotionOutcome
	hangs     bool
	nameless  bool
	start     time.Time
	duration  time.Duration
	failure   *apiError
	finished  chan struct{} // closed when the promotion finishes
}

func (p *promotion) done() bool {
	select {
	case <-p.finished:
		return true
	default:
		return false
	}
}

// Promotions returns the number of promotions that were started.
func (s *Server) Promotions() int {
	defer s.lock()()
	return s.promotions
}

// PromotionsOf returns the number of promotions that were started for a model name.
func (s *Server) PromotionsOf(model string) int {
	defer s.lock()()
	return s.promotionsOf[model]
}

// SetAsyncPromotion sets whether the server knows the field async_promotion. If not, it returns 400 for it.
func (s *Server) SetAsyncPromotion(known bool) {
	defer s.lock()()

	s.asyncUnknown = !known
}

// SetPromotionTime sets the duration of promotions that are started from now on.
func (s *Server) SetPromotionTime(d time.Duration) {
	defer s.lock()()

	s.promotionTime = d
}

// SetPromotionOutcome sets the outcome of promotions that are started from now on.
func (s *Server) SetPromotionOutcome(o PromotionOutcome) {
	defer s.lock()()

	s.promotionOutcome = o
}

// SetModelInPromotionResponse sets whether the response to an asynchronous promotion contains the model as well.
func (s *Server) SetModelInPromotionResponse(on bool) {
	defer s.lock()()

	s.respondWithModel = on
}

// SetNamelessModels sets whether the responses to promotions that are started from now on contain models without a
// name.
func (s *Server) SetNamelessModels(on bool) {
	defer s.lock()()

	s.namelessModels = on
}

// FinishPromotions completes every running promotion successfully, including hanging ones.
func (s *Server) FinishPromotions() {
	defer s.lock()()

	for _, p := range s.running {
		p.outcome = PromotionSucceeds
		s.complete(p, s.now())
	}

	s.running = nil
}

func (s *Server) advancePromotions(now time.Time) {
	s.running = slices.DeleteFunc(s.running, func(p *promotion) bool {
		if due := p.start.Add(p.duration); !p.hangs && !now.Before(due) {
			s.complete(p, due)
		}

		return p.done()
	})
}

// complete finishes a promotion with its outcome, at a time that may be in the past.
func (s *Server) complete(p *promotion, at time.Time) {
	if p.done() {
		return
	}
	defer close(p.finished)

	model := &p.record.model
	if s.models[model.Name] != p.record {
		p.failure = &apiError{status: http.StatusNotFound, code: codeNotFound,
			message: "the model was deleted while it was being promoted"}

		return
	}

	switch p.outcome {
	case PromotionFailsWithoutModel:
		delete(s.models, model.Name)
		p.fail()
	case PromotionFailsLeavingModel:
		model.Status = &Status{Code: "INTERNAL", Message: failureMessage}

		p.fail()
	case PromotionLeavesBrokenModel:
		model.State, model.Status = stateFailed, &Status{Code: "INTERNAL",
			Message: "the model's weights cannot be read: shard 3 is truncated"}
	default:
		model.State, model.Status = stateReady, &Status{Code: "OK"}
		model.ContextLength, model.SupportsLora = p.result.ContextLength, p.result.SupportsLora
		model.PeftDetails, model.BaseModelDetails = p.result.PeftDetails, p.result.BaseModelDetails
	}

	if p.outcome == PromotionLosesToAnother {
		p.failure = &apiError{status: http.StatusConflict, code: codeAlreadyExists,
			message: fmt.Sprintf("model %q already exists", model.Name)}
	}

	p.record.touch(at)
}

// model returns the model as the promotion responds with it.
func (p *promotion) model() *Model {
	model := p.record.model.clone()
	if p.nameless {
		model.Name = ""
	}

	return &model
}

func (p *promotion) fail() {
	p.failure = &apiError{status: http.StatusInternalServerError, code: codeInternal, message: failureMessage}
}

// startPromotion creates the model of a promotion and registers the promotion as running.
func (s *Server) startPromotion(v *validPromotion) *promotion {
	now := s.now()
	created := formatTime(now)
	model := Model{
		Name: v.output, CreateTime: created, UpdateTime: created, State: stateUploading, Kind: kindBaseModel,
	}
	outcome := nextOutcome(s, v.output, false, promotionOutcomes, s.promotionOutcome)
	p := &promotion{
		result:   model,
		outcome:  outcome,
		hangs:    outcome == PromotionHangs,
		nameless: s.namelessModels,
		start:    now,
		duration: s.promotionTime,
		finished: make(chan struct{}),
	}

	p.result.ContextLength = v.base.ContextLength
	if strings.Contains(v.checkpoint.CheckpointType, "LORA") {
		model.Kind = kindPEFTAddon
		p.result.PeftDetails = peftDetails(v.run, v.base)
	} else {
		p.result.SupportsLora = v.base.SupportsLora
		p.result.BaseModelDetails = v.base.clone().BaseModelDetails
	}

	p.record = &modelRecord{model: model}
	s.models[v.output] = p.record
	s.listLate(v.output, nil)
	s.running = append(s.running, p)
	s.promotions++
	s.promotionsOf[v.output]++

	return p
}

func peftDetails(run *trainingRun, base Model) *PeftDetails {
	details := &PeftDetails{BaseModel: base.Name, R: run.loraRank, TargetModules: slices.Clone(run.targetModules)}
	if base.BaseModelDetails != nil {
		details.BaseModelType = base.BaseModelDetails.ModelType
	}

	return details
}

// awaitPromotion waits until a promotion finishes and returns the response to a synchronous request.
func (s *Server) awaitPromotion(ctx context.Context, p *promotion) (any, error) {
	var due <-chan time.Time

	if !p.hangs {
		timer := time.NewTimer(p.duration)
		defer timer.Stop()

		due = timer.C
	}

	select {
	case <-due:
	case <-p.finished:
	case <-ctx.Done():
		return nil, ctx.Err()
	}

	defer s.lock()()
	// A test clock may not have advanced.
	s.complete(p, s.now())

	if p.failure != nil {
		return nil, p.failure
	}

	return promotionResponse{Model: p.model()}, nil
}

var deploymentName = regexp.MustCompile(`^accounts/[^/]+/deployments/[^/]+$`)

type promoteRequest struct {
	OutputModel         string `json:"output_model"`
	TrainerJobID        string `json:"trainer_job_id"`
	BaseModel           string `json:"base_model"`
	HotLoadDeploymentID string `json:"hot_load_deployment_id"`
	AsyncPromotion      bool   `json:"async_promotion"`
}

type promotionResponse struct {
	Model     *Model     `json:"model,omitempty"`
	Operation *operation `json:"operation,omitempty"`
}

func (s *Server) promoteJobCheckpoint(c *call) (any, error) {
	p, first, err := s.startJobPromotion(c)
	if err != nil {
		return nil, err
	}

	if first != nil {
		return first, nil
	}

	return s.awaitPromotion(c.request.Context(), p)
}

// startJobPromotion starts a promotion. If it is asynchronous, startJobPromotion also returns the response.
func (s *Server) startJobPromotion(c *call) (*promotion, *promotionResponse, error) {
	defer s.lock()()

	account, checkpointID := c.params[0], c.params[1]
	if err := s.requireAccess(account); err != nil {
		return nil, nil, err
	}

	allowed := []string{"output_model", "trainer_job_id", "base_model", "hot_load_deployment_id"}
	if !s.asyncUnknown {
		allowed = append(allowed, "async_promotion")
	}

	var in promoteRequest
	if err := decodeBody(c.body, &in, allowed); err != nil {
		return nil, nil, err
	}

	if !strings.HasPrefix(in.TrainerJobID, "accounts/"+account+"/rlorTrainerJobs/") {
		return nil, nil, invalid("trainer_job_id: %q is not of the form accounts/%s/rlorTrainerJobs/{job}",
			in.TrainerJobID, account)
	}

	if in.HotLoadDeploymentID != "" && !deploymentName.MatchString(in.HotLoadDeploymentID) {
		return nil, nil, invalid(
			"hot_load_deployment_id: %q is not of the form accounts/{account}/deployments/{deployment}",
			in.HotLoadDeploymentID,
		)
	}

	valid, err := s.validatePromotion(in.TrainerJobID, checkpointID, in)
	if err != nil {
		return nil, nil, err
	}

	p := s.startPromotion(valid)
	if !in.AsyncPromotion {
		return p, nil, nil
	}

	p.operation = fmt.Sprintf("accounts/%s/operations/promote-%d", account, s.promotions)
	s.operations[p.operation] = p

	first := &promotionResponse{Operation: new(p.wire(s.now()))}
	if s.respondWithModel {
		first.Model = p.model()
	}

	return p, first, nil
}

func (s *Server) promoteSessionCheckpoint(c *call) (any, error) {
	p, err := s.startSessionPromotion(c)
	if err != nil {
		return nil, err
	}

	return s.awaitPromotion(c.request.Context(), p)
}

func (s *Server) startSessionPromotion(c *call) (*promotion, error) {
	defer s.lock()()

	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	var in promoteRequest
	if err := decodeBody(c.body, &in, []string{"output_model", "base_model"}); err != nil {
		return nil, err
	}

	valid, err := s.validatePromotion("accounts/"+c.params[0]+"/trainingSessions/"+c.params[1], c.params[2], in)
	if err != nil {
		return nil, err
	}

	return s.startPromotion(valid), nil
}
