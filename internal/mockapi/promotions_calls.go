package mockapi

import (
	"fmt"
	"regexp"
	"strings"
)

const maxModelIDLength = 63

var (
	modelIDCharacters = regexp.MustCompile(`^[a-z0-9-]*$`)
	deploymentName    = regexp.MustCompile(`^accounts/[^/]+/deployments/[^/]+$`)
)

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
		return nil, nil, invalid("trainer_job_id: %q is not of the form accounts/%s/rlorTrainerJobs/{job}", in.TrainerJobID, account)
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
		first.Model = new(p.record.model)
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

// validPromotion is a promotion that has passed every check.
type validPromotion struct {
	run        *trainingRun
	checkpoint Checkpoint
	base       Model
	output     string
}

// validatePromotion checks a promotion in the platform's order: an invalid model ID is found only after the checkpoint
// was staged, and orphans the checkpoint.
func (s *Server) validatePromotion(parent, checkpointID string, in promoteRequest) (*validPromotion, error) {
	if in.OutputModel == "" {
		return nil, invalid("output_model is required")
	}

	if in.BaseModel == "" {
		return nil, invalid("base_model is required")
	}

	account := strings.Split(parent, "/")[1]

	modelID, ok := strings.CutPrefix(in.OutputModel, "accounts/"+account+"/models/")
	if !ok {
		return nil, invalid("output_model: %q is not of the form accounts/%s/models/{model}", in.OutputModel, account)
	}

	run, err := s.findTrainingRun(parent)
	if err != nil {
		return nil, err
	}

	row, ok := run.find(checkpointID)
	if !ok {
		return nil, notFound("checkpoint %q not found", checkpointID)
	}

	if s.orphans[row.Name] {
		return nil, notFound("checkpoint %q not found in GCS", checkpointID)
	}

	if !row.Promotable {
		return nil, invalid("checkpoint %q is not promotable", checkpointID)
	}

	if err := checkModelID(modelID); err != nil {
		s.orphans[row.Name] = true
		return nil, err
	}

	base, ok := s.models[in.BaseModel]
	if !ok {
		return nil, invalid("base_model: model %q does not exist", in.BaseModel)
	}

	if run.baseModel != "" && run.baseModel != in.BaseModel {
		return nil, invalid("base_model: %q does not match %q, on which the checkpoint was trained", in.BaseModel, run.baseModel)
	}

	if _, taken := s.models[in.OutputModel]; taken {
		return nil, alreadyExists("model %q already exists", in.OutputModel)
	}

	return &validPromotion{run: run, checkpoint: row, base: base.model, output: in.OutputModel}, nil
}

func checkModelID(id string) error {
	switch {
	case id == "":
		return invalid("output_model: the model ID is empty")
	case !modelIDCharacters.MatchString(id):
		return invalid("output_model: model ID %q has characters other than a-z, 0-9 and -", id)
	case len(id) > maxModelIDLength:
		return invalid("output_model: model ID %q is longer than %d characters", id, maxModelIDLength)
	}

	return nil
}
