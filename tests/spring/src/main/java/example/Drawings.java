package example;

/** The backend's own record of its drawings. */
interface Drawings {
    /** Whether an event was stored before. */
    boolean knows(String eventId);

    /** Stores the model of a job, and the id of the event in the same transaction. */
    void completed(String eventId, String jobId, String resultPath);

    /** Stores why a job failed, and the id of the event in the same transaction. */
    void failed(String eventId, String jobId, String code, String remedy);
}
