// The local APIC as one would write it down on paper: sorted sets of vectors, and the rules of priority by their text. It
// shares no code with the model, and is right by being short.

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>A local APIC of sorted sets.</summary>
internal sealed class NaiveLocalApic
{
    internal SortedSet<byte> Requests { get; } = [];

    internal SortedSet<byte> Services { get; } = [];

    internal SortedSet<byte> Levels { get; } = [];

    internal List<byte> Ends { get; } = [];

    internal byte TaskPriority { get; set; }

    internal bool IsEnabled { get; set; } = true;

    internal int ProcessorPriority
    {
        get
        {
            int service = Services.Count == 0 ? 0 : Services.Max / 16 * 16;
            return TaskPriority / 16 >= service / 16 ? TaskPriority : service;
        }
    }

    internal bool HasDeliverable => IsEnabled && Requests.Count > 0 && Requests.Max / 16 > ProcessorPriority / 16;

    internal void Request(byte vector, bool isLevel)
    {
        if (!IsEnabled || vector < 16)
        {
            return;
        }

        Requests.Add(vector);
        Levels.Remove(vector);
        if (isLevel)
        {
            Levels.Add(vector);
        }
    }

    internal byte Acknowledge()
    {
        if (!HasDeliverable)
        {
            return 0xff;
        }

        byte vector = Requests.Max;
        Requests.Remove(vector);
        Services.Add(vector);
        return vector;
    }

    internal void End()
    {
        if (Services.Count == 0)
        {
            return;
        }

        byte vector = Services.Max;
        Services.Remove(vector);
        if (Levels.Contains(vector))
        {
            Ends.Add(vector);
        }
    }
}
