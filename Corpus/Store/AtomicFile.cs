// Writes a file so that whoever looks sees the old content or the new one and nothing between: into a temporary file in the
// same directory, which is then renamed. A file that people own is replaced with more care than one of ours: through links,
// with its permissions, and only once the new content is on the disk.

using System.Text;

namespace Managarm.Perf.Corpus.Store;

/// <summary>Files that are there completely or not at all.</summary>
public static class AtomicFile
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);
    private static int temporaryCount;

    /// <summary>Writes a file. The disk is not forced.</summary>
    /// <exception cref="IOException">The file cannot be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; it is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<char> content) => Write(path, content, mode: null);

    /// <summary>Replaces the content of a file that exists: behind a link the file that it leads to, keeping its
    /// permissions, and forcing the disk first.</summary>
    /// <exception cref="IOException">The file cannot be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; it is as it was.</exception>
    public static void Replace(string path, ReadOnlySpan<char> content)
    {
        // The target of a link is only resolved rightly from an absolute path.
        var absolute = Path.GetFullPath(path);
        var target = File.ResolveLinkTarget(absolute, returnFinalTarget: true)?.FullName ?? absolute;

        // Renaming needs a writable directory only, so a file that is protected would lose its content all the same.
        using (new FileStream(target, FileMode.Open, FileAccess.Write))
        {
        }

        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(target);
        Write(target, content, mode);
    }

    private static void Write(string path, ReadOnlySpan<char> content, UnixFileMode? mode)
    {
        var count = Interlocked.Increment(ref temporaryCount);
        var name = $".{Path.GetFileName(path)}.{Environment.ProcessId}-{count}.tmp";
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? "", name);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                var bytes = new byte[Encoding.GetByteCount(content)];
                Encoding.GetBytes(content, bytes);
                stream.Write(bytes);
                stream.Flush(flushToDisk: mode is not null);
            }

            if (mode is not null && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, mode.Value);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }
}
