// The heart of a local APIC: which vector is next, and whether the processor may be disturbed with it. A request waits in IRR
// until the processor acknowledges it, then it is in service (ISR) until the end of interrupt. A vector has its priority in
// itself: the upper four bits are its class, and only a class above that of the task and of what is in service gets through.
// IRR behind ISR is a queue of depth one for each vector; what comes on top of that is lost in it.

namespace Managarm.Perf.Hardware;

/// <summary>Requests, services and priorities of a local APIC.</summary>
/// <remarks>Intel SDM volume 3A, 11.8.3 to 11.8.5.</remarks>
internal sealed unsafe class InterruptPriorities
{
    private const byte ClassMask = 0xf0;
    private const int ClassShift = 4;

    private readonly LocalApicState* state;
    private readonly LocalApicFault fault;

    public InterruptPriorities(LocalApicState* state, LocalApicFault fault)
    {
        this.state = state;
        this.fault = fault;
    }

    /// <summary>PPR: the priority of what the processor does now.</summary>
    public byte ProcessorPriority
    {
        get
        {
            byte task = fault == LocalApicFault.TaskPriorityIsIgnored ? (byte)0 : state->TaskPriority;
            byte service = fault == LocalApicFault.ServiceIsIgnored ? (byte)0 : OrZero(state->InService.Highest);
            byte serviceClass = fault == LocalApicFault.PriorityKeepsSubclass ? service : (byte)(service & ClassMask);
            bool isTask = ClassOf(task) >= ClassOf(service);
            isTask = fault == LocalApicFault.PriorityComparesSubclasses ? task >= service : isTask;
            return isTask ? task : serviceClass;
        }
    }

    /// <summary>APR: what lowest-priority arbitration compares.</summary>
    public byte ArbitrationPriority
    {
        get
        {
            byte task = state->TaskPriority;
            byte request = fault == LocalApicFault.ArbitrationIgnoresRequests ? (byte)0 : OrZero(state->Requests.Highest);
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

            return fault == LocalApicFault.NestsWithinClass
                ? next > ProcessorPriority
                : ClassOf((byte)next) > ClassOf(ProcessorPriority);
        }
    }

    private int Next => fault == LocalApicFault.LowestVectorFirst ? state->Requests.Lowest : state->Requests.Highest;

    /// <summary>Accepts a request.</summary>
    /// <param name="vector">Its vector, 16 or above.</param>
    /// <param name="isLevel">Whether its end is to be broadcast.</param>
    public void Request(byte vector, bool isLevel)
    {
        if (fault == LocalApicFault.RequestInServiceIsLost && state->InService.Contains(vector))
        {
            return;
        }

        state->Requests.Add(vector);
        if (isLevel && fault != LocalApicFault.LevelIsNotRecorded)
        {
            state->LevelTriggered.Add(vector);
        }

        if (!isLevel && fault != LocalApicFault.EdgeKeepsTriggerMode)
        {
            state->LevelTriggered.Remove(vector);
        }
    }

    /// <summary>Moves the next deliverable request into service.</summary>
    /// <returns>Its vector.</returns>
    public byte BeginService()
    {
        byte vector = (byte)Next;
        if (fault != LocalApicFault.AcknowledgeKeepsRequest)
        {
            state->Requests.Remove(vector);
        }

        if (fault != LocalApicFault.AcknowledgeSkipsService)
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
        int highest = fault == LocalApicFault.EndTakesLowest ? state->InService.Lowest : state->InService.Highest;
        vector = OrZero(highest);
        if (highest < 0)
        {
            return false;
        }

        state->InService.Remove(vector);
        if (fault == LocalApicFault.EndTakesAll)
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
        state->TaskPriority = fault == LocalApicFault.ResetKeepsTaskPriority ? state->TaskPriority : (byte)0;
    }

    private static int ClassOf(byte priority) => priority >> ClassShift;

    private static byte OrZero(int vector) => vector < 0 ? (byte)0 : (byte)vector;
}
