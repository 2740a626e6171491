// A scenario file as it was read: its text, what it says, and all its mistakes. Everything that reads scenarios reads them
// here, so that a missing file, bytes that are no text, a file without end and a misspelt word come out the same way.

using System.Buffers;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Store;

/// <summary>One file with its scenario or its mistakes.</summary>
public sealed class ScenarioSource
{
    private ScenarioSource(string name, string text, ScenarioFile file, IReadOnlyList<ScenarioError> errors)
    {
        Name = name;
        Text = text;
        File = file;
        Errors = errors;
    }

    /// <summary>Whether the file starts with a byte order mark, which is not part of the text.</summary>
    public bool HasMark { get; private init; }

    /// <summary>The name of the file as messages show it.</summary>
    public string Name { get; }

    /// <summary>The text; empty when it could not be read or decoded.</summary>
    public string Text { get; }

    /// <summary>The scenario; meaningless unless <see cref="IsValid"/>.</summary>
    public ScenarioFile File { get; }

    /// <summary>The mistakes in the order of the text; see <see cref="ScenarioParser.Errors"/>.</summary>
    public IReadOnlyList<ScenarioError> Errors { get; }

    /// <summary>Whether the file holds a valid scenario.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Reads a file. What is wrong with it is in <see cref="Errors"/>; nothing is thrown.</summary>
    /// <param name="parser">A parser, which is reused.</param>
    /// <param name="path">The file.</param>
    public static ScenarioSource Read(ScenarioParser parser, string path)
    {
        if (Directory.Exists(path))
        {
            return Unreadable(path, "this is a directory");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(parser, path, stream);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(path, "no such file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, exception.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>Reads a stream to its end, or until it is too long for a scenario.</summary>
    /// <param name="parser">A parser, which is reused.</param>
    /// <param name="name">The name of the input for messages.</param>
    /// <param name="stream">The input.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ScenarioSource Read(ScenarioParser parser, string name, Stream stream)
    {
        var room = ArrayPool<byte>.Shared.Rent(ScenarioParser.MaximumLength + 1);
        try
        {
            var length = stream.ReadAtLeast(room, ScenarioParser.MaximumLength + 1, throwOnEndOfStream: false);
            return Parse(parser, name, room.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private static ScenarioSource Parse(ScenarioParser parser, string name, ReadOnlySpan<byte> bytes)
    {
        var file = new ScenarioFile();
        if (!SourceText.TryDecode(name, bytes, out var text, out var error))
        {
            return new ScenarioSource(name, text, file, [error!]);
        }

        var isValid = parser.TryParse(name, text, file, out _);
        return new ScenarioSource(name, text, file, isValid ? [] : [.. parser.Errors])
        {
            HasMark = SourceText.HasMark(bytes),
        };
    }

    private static ScenarioSource Unreadable(string path, string message) =>
        new(path, "", new ScenarioFile(), [ScenarioError.OfFile(path, ScenarioErrorCode.Unreadable, message)]);
}
