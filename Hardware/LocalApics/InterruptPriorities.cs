// The heart of a local APIC: which vector is next, and whether the processor may be disturbed with it. A request waits in IRR
// until the processor acknowledges it, then it is in service (ISR) until the end of interrupt. A vector has its priority in
// itself: the upper four bits are its class, and only a class above that of the task and of what is in service gets through.
// IRR behind ISR is a queue of depth one for each vector; what comes on top of that is lost in it.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Requests, services and priorities of a local APIC.</summary>
/// <remarks>Intel SDM volume 3A, 11.8.3 to 11.8.5.</remarks>
internal sealed unsafe class InterruptPriorities
{
    private const byte ClassMask = 0xf0;
    private const int ClassShift = 4;

    private readonly LocalApicState* state;
    private readonly LocalApicDefect defect;

    public InterruptPriorities(LocalApicState* state, LocalApicDefect defect)
    {
        this.state = state;
        this.defect = defect;
    }

    /// <summary>PPR: the priority of what the processor does now.</summary>
    public byte ProcessorPriority
    {
        get
        {
            byte task = defect == LocalApicDefect.TaskPriorityIsIgnored ? (byte)0 : state->TaskPriority;
            byte service = defect == LocalApicDefect.ServiceIsIgnored ? (byte)0 : OrZero(state->InService.Highest);
            byte serviceClass = defect == LocalApicDefect.PriorityKeepsSubclass ? service : (byte)(service & ClassMask);
            bool isTask = ClassOf(task) >= ClassOf(service);
            isTask = defect == LocalApicDefect.PriorityComparesSubclasses ? task >= service : isTask;
            return isTask ? task : serviceClass;
        }
    }

    /// <summary>APR: what lowest-priority arbitration compares.</summary>
    public byte ArbitrationPriority
    {
        get
        {
            byte task = state->TaskPriority;
            byte request = defect == LocalApicDefect.ArbitrationIgnoresRequests ? (byte)0 : OrZero(state->Requests.Highest);
            byte service = OrZero(state->InService.Highest);
            bool isTask = ClassOf(task) >= ClassOf(request) && ClassOf(task) > ClassOf(service);
            return isTask ? task : (byte)(Math.Max(task, Math.Max(request, service)) & ClassMask);
        }
    }

    /// <summary>Whether a request is of a higher class than the processor priority.</summary>
    public bool HasDeliverable
    {
        get
        {
            int next = Next;
            if (next < 0)
            {
                return false;
            }

            return defect == LocalApicDefect.NestsWithinClass
                ? next > ProcessorPriority
                : ClassOf((byte)next) > ClassOf(ProcessorPriority);
        }
    }

    private int Next => defect == LocalApicDefect.LowestVectorFirst ? state->Requests.Lowest : state->Requests.Highest;

    /// <summary>Accepts a request.</summary>
    /// <param name="vector">Its vector, 16 or above.</param>
    /// <param name="isLevel">Whether its end is to be broadcast.</param>
    public void Request(byte vector, bool isLevel)
    {
        if (defect == LocalApicDefect.RequestInServiceIsLost && state->InService.Contains(vector))
        {
            return;
        }

        state->Requests.Add(vector);
        if (isLevel && defect != LocalApicDefect.LevelIsNotRecorded)
        {
            state->LevelTriggered.Add(vector);
        }

        if (!isLevel && defect != LocalApicDefect.EdgeKeepsTriggerMode)
        {
            state->LevelTriggered.Remove(vector);
        }
    }

    /// <summary>Moves the next deliverable request into service.</summary>
    /// <returns>Its vector.</returns>
    public byte BeginService()
    {
        byte vector = (byte)Next;
        if (defect != LocalApicDefect.AcknowledgeKeepsRequest)
        {
            state->Requests.Remove(vector);
        }

        if (defect != LocalApicDefect.AcknowledgeSkipsService)
        {
            state->InService.Add(vector);
        }

        return vector;
    }

    /// <summary>Ends the service of the highest vector.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>False when none is in service.</returns>
    public bool EndService(out byte vector)
    {
        int highest = defect == LocalApicDefect.EndTakesLowest ? state->InService.Lowest : state->InService.Highest;
        vector = OrZero(highest);
        if (highest < 0)
        {
            return false;
        }

        state->InService.Remove(vector);
        if (defect == LocalApicDefect.EndTakesAll)
        {
            state->InService = default;
        }

        return true;
    }

    /// <summary>Forgets everything, as INIT does.</summary>
    public void Reset()
    {
        state->Requests = default;
        state->InService = default;
        state->LevelTriggered = default;
        state->TaskPriority = defect == LocalApicDefect.ResetKeepsTaskPriority ? state->TaskPriority : (byte)0;
    }

    private static int ClassOf(byte priority) => priority >> ClassShift;

    private static byte OrZero(int vector) => vector < 0 ? (byte)0 : (byte)vector;
}
