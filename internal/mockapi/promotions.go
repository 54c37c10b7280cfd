package mockapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
)

// PromotionOutcome is how a promotion ends.
type PromotionOutcome int

const (
	// PromotionSucceeds ends with a model that is READY.
	PromotionSucceeds PromotionOutcome = iota
	// PromotionHangs never ends, but by FinishPromotions.
	PromotionHangs
	// PromotionFailsWithoutModel ends with an error, and takes the model away.
	PromotionFailsWithoutModel
	// PromotionFailsLeavingModel ends with an error; the model stays UPLOADING with the error in its status.
	PromotionFailsLeavingModel
	// PromotionLeavesBrokenModel ends well by its own account, but the model is FAILED, with the reason in its status.
	PromotionLeavesBrokenModel
	// PromotionSucceedsWithoutResponse ends with a READY model that no answer to the promotion or its operation carries.
	PromotionSucceedsWithoutResponse
)

const failureMessage = "copying the checkpoint files failed: object storage answered with an internal error"

// promotion is one accepted promotion: an operation, and the model that comes of it.
type promotion struct {
	operation string
	record    *modelRecord
	made      Model // what the promotion adds to its model once it ends
	outcome   PromotionOutcome
	hangs     bool
	start     time.Time
	took      time.Duration
	failure   *apiError
	finished  chan struct{} // closed at the end
}

func (p *promotion) done() bool {
	select {
	case <-p.finished:
		return true
	default:
		return false
	}
}

// Promotions returns how many promotions were accepted and created a model.
func (s *Server) Promotions() int {
	defer s.lock()()
	return s.promotions
}

// PromotionsOf returns how many promotions were accepted and created a model of this name, one after the other.
func (s *Server) PromotionsOf(model string) int {
	defer s.lock()()
	return s.promotionsOf[model]
}

// SetAsyncPromotion sets whether the server knows the field async_promotion. One that does not answers 400 naming it.
func (s *Server) SetAsyncPromotion(known bool) {
	defer s.lock()()

	s.asyncUnknown = !known
}

// SetPromotionTime sets how long the promotions take that are accepted from now on.
func (s *Server) SetPromotionTime(d time.Duration) {
	defer s.lock()()

	s.promotionTime = d
}

// SetPromotionOutcome sets how the promotions end that are accepted from now on.
func (s *Server) SetPromotionOutcome(o PromotionOutcome) {
	defer s.lock()()

	s.promotionOutcome = o
}

// SetModelInPromotionResponse sets whether the first answer to an asynchronous promotion carries the model as well.
func (s *Server) SetModelInPromotionResponse(on bool) {
	defer s.lock()()

	s.answerWithModel = on
}

// FinishPromotions makes every running promotion succeed now, a hanging one too.
func (s *Server) FinishPromotions() {
	defer s.lock()()

	for _, p := range s.running {
		p.outcome = PromotionSucceeds
		s.complete(p, s.now())
	}

	s.running = nil
}

func (s *Server) settlePromotions(now time.Time) {
	s.running = slices.DeleteFunc(s.running, func(p *promotion) bool {
		if due := p.start.Add(p.took); !p.hangs && !now.Before(due) {
			s.complete(p, due)
		}

		return p.done()
	})
}

// complete ends a promotion as its outcome wants it. That happened at some moment before somebody looked.
func (s *Server) complete(p *promotion, at time.Time) {
	if p.done() {
		return
	}
	defer close(p.finished)

	model := &p.record.model
	if s.models[model.Name] != p.record {
		p.failure = &apiError{status: http.StatusNotFound, code: codeNotFound, message: "the model was deleted while it was being promoted"}
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
		model.State, model.Status = stateFailed, &Status{Code: "INTERNAL", Message: "the model's weights cannot be read: shard 3 is truncated"}
	case PromotionSucceeds, PromotionHangs, PromotionSucceedsWithoutResponse:
		model.State, model.Status = stateReady, &Status{Code: "OK"}
		model.ContextLength, model.SupportsLora = p.made.ContextLength, p.made.SupportsLora
		model.PeftDetails, model.BaseModelDetails = p.made.PeftDetails, p.made.BaseModelDetails
	}

	p.record.touch(at)
}

func (p *promotion) fail() {
	p.failure = &apiError{status: http.StatusInternalServerError, code: codeInternal, message: failureMessage}
}

// begin creates the model of a promotion that has passed every check.
func (s *Server) begin(source *run, row Checkpoint, output string, base Model) *promotion {
	now := s.now()
	created := formatTime(now)
	made := Model{
		Name: output, CreateTime: created, UpdateTime: created, State: stateUploading, Kind: kindBaseModel,
	}
	p := &promotion{
		made:     made,
		outcome:  s.promotionOutcome,
		hangs:    s.promotionOutcome == PromotionHangs,
		start:    now,
		took:     s.promotionTime,
		finished: make(chan struct{}),
	}

	p.made.ContextLength = base.ContextLength
	if strings.Contains(row.CheckpointType, "LORA") {
		made.Kind = kindPEFTAddon
		p.made.PeftDetails = peftDetails(source, base)
	} else {
		p.made.SupportsLora = base.SupportsLora
		p.made.BaseModelDetails = base.clone().BaseModelDetails
	}

	p.record = &modelRecord{model: made}
	s.models[output] = p.record
	s.running = append(s.running, p)
	s.promotions++
	s.promotionsOf[output]++

	return p
}

func peftDetails(source *run, base Model) *PeftDetails {
	details := &PeftDetails{BaseModel: base.Name, R: source.loraRank, TargetModules: slices.Clone(source.targetModules)}
	if base.BaseModelDetails != nil {
		details.BaseModelType = base.BaseModelDetails.ModelType
	}

	return details
}

// await is what a synchronous promotion does: it answers when the promotion has ended.
func (s *Server) await(ctx context.Context, p *promotion) (any, error) {
	var due <-chan time.Time

	if !p.hangs {
		timer := time.NewTimer(p.took)
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
	// The server's clock may be one that stands still.
	s.complete(p, s.now())

	if p.failure != nil {
		return nil, p.failure
	}

	return promotionAnswer{Model: new(p.record.model)}, nil
}
